import { formatFingerprint, type Receipt, type ReceiptFinding, type ReceiptReport } from '@bruecke/proof';
import type { UsageError } from './args.ts';
import type { InputError } from './verify.ts';

export type Language = 'de' | 'en';

/** German unless the environment asks for English: LC_ALL before LC_MESSAGES before LANG, as everywhere in POSIX. */
export function languageOf(env: { readonly [name: string]: string | undefined }): Language {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('en') ? 'en' : 'de';
}

/** What a receipt or a path says is not ours: without this it could move the cursor and overwrite the verdict. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

type Pair = { readonly de: string; readonly en: string };

const usage: Pair = {
  de: `bruecke verify <quittung.json> [datei] --key <PEM-Datei | Fingerabdruck> [--json]

Prüft eine Quittung ohne Netz: Unterschrift, Protokolleintrag, Antwort von DATEV und, wenn angegeben, die Datei.
Den Schlüssel geben Sie an: als Datei mit dem öffentlichen Schlüssel (PEM) oder als ganzen Fingerabdruck. Beides
bekommen Sie vom Betreiber, auf einem anderen Weg als die Quittung. --key darf mehrfach stehen.

Rückgabewert: 0 Quittung gültig, 1 Quittung nicht gültig, 2 nichts geprüft (Aufruf oder Datei unbrauchbar).
`,
  en: `bruecke verify <receipt.json> [file] --key <PEM file | fingerprint> [--json]

Checks a receipt offline: signature, history entry, DATEV's answer and, if given, the file.
You give the key: a file with the public key (PEM) or the whole fingerprint. Get either from the operator, by another
way than the receipt. --key may be repeated.

Exit status: 0 receipt valid, 1 receipt not valid, 2 nothing checked (bad call or unreadable file).
`,
};

export function usageText(language: Language): string {
  return usage[language];
}

export function usageErrorText(error: UsageError, language: Language): string {
  const what = 'what' in error ? printable(error.what) : '';
  const texts: { readonly [code in UsageError['code']]: Pair } = {
    unknown_command: { de: `Unbekannter Befehl: ${what}`, en: `Unknown command: ${what}` },
    unknown_option: { de: `Unbekannte Option: ${what}`, en: `Unknown option: ${what}` },
    option_without_value: { de: `${what} braucht einen Wert.`, en: `${what} needs a value.` },
    no_receipt: { de: 'Welche Quittung? Die Datei fehlt.', en: 'Which receipt? The file is missing.' },
    no_key: {
      de: 'Mit --key den öffentlichen Schlüssel oder seinen Fingerabdruck angeben. Dem Schlüssel in der Quittung selbst wird nie vertraut.',
      en: 'Give the public key or its fingerprint with --key. The key inside the receipt is never trusted.',
    },
    too_many_files: { de: 'Höchstens eine Quittung und eine Datei.', en: 'At most one receipt and one file.' },
  };
  return texts[error.code][language];
}

export function inputErrorText(error: InputError, language: Language): string {
  const what = printable(error.what);
  const texts: { readonly [code in InputError['code']]: Pair } = {
    receipt_unreadable: { de: `Quittung nicht lesbar: ${what}`, en: `Receipt cannot be read: ${what}` },
    receipt_not_json: { de: `Keine Quittung (kein JSON): ${what}`, en: `Not a receipt (not JSON): ${what}` },
    receipt_ambiguous: {
      de: `Ein Feld steht zweimal in der Quittung; so schreibt Brücke keine: ${what}`,
      en: `A field stands twice in the receipt; Brücke writes none like that: ${what}`,
    },
    file_unreadable: { de: `Datei nicht lesbar: ${what}`, en: `File cannot be read: ${what}` },
    key_unreadable: {
      de: `Kein öffentlicher Ed25519-Schlüssel und kein Fingerabdruck: ${what}`,
      en: `Not an Ed25519 public key and not a fingerprint: ${what}`,
    },
    key_too_short: {
      de: `Der Fingerabdruck ist nicht vollständig (64 Hexadezimalziffern): ${what}`,
      en: `The fingerprint is not complete (64 hex digits): ${what}`,
    },
  };
  return texts[error.code][language];
}

export function findingText(finding: ReceiptFinding, language: Language): string {
  return findingPair(finding)[language];
}

function findingPair(finding: ReceiptFinding): Pair {
  switch (finding.code) {
    case 'malformed': {
      const at = finding.at === '' ? { de: '', en: '' } : { de: ` (Feld ${finding.at})`, en: ` (field ${finding.at})` };
      return { de: `Das ist keine Quittung von Brücke${at.de}.`, en: `This is not a receipt of Brücke${at.en}.` };
    }
    case 'unsupported_version': {
      const version = printable(finding.version);
      return {
        de: `Quittung in Fassung ${version}: Dieses Programm kennt nur Fassung 1. Ein neueres nehmen.`,
        en: `Receipt of version ${version}: this program knows version 1 only. Use a newer one.`,
      };
    }
    case 'unknown_key':
      return {
        de: `Nicht mit dem angegebenen Schlüssel unterschrieben, sondern angeblich mit ${finding.keyId}. Den Betreiber fragen, ob dieser (auch frühere) Schlüssel seiner ist.`,
        en: `Not signed with the key given but allegedly with ${finding.keyId}. Ask the operator whether this (perhaps earlier) key is theirs.`,
      };
    case 'bad_signature':
      return {
        de: 'Die Unterschrift stimmt nicht: Die Quittung wurde verändert oder ist gefälscht.',
        en: 'The signature does not fit: the receipt was changed or is forged.',
      };
    case 'chain_hash_mismatch':
      return {
        de: 'Der Protokolleintrag in der Quittung ergibt nicht ihren Kettenwert.',
        en: 'The history entry in the receipt does not give its chain hash.',
      };
    case 'receipt_hash_mismatch':
      return {
        de: 'Der Protokolleintrag gehört nicht zu dieser Quittung.',
        en: 'The history entry does not belong to this receipt.',
      };
    case 'wrong_chain':
      return {
        de: 'Der Protokolleintrag stammt aus dem Protokoll eines anderen Mandanten.',
        en: "The history entry is from another Mandant's history.",
      };
    case 'answer_mismatch':
      return {
        de: 'Die festgehaltene Antwort beweist nicht, was die Quittung sagt.',
        en: 'The recorded answer does not prove what the receipt says.',
      };
    case 'file_mismatch':
      return {
        de: `Die Datei ist nicht der Beleg dieser Quittung (SHA-256 ${finding.sha256}, ${finding.size} Bytes).`,
        en: `The file is not the voucher of this receipt (SHA-256 ${finding.sha256}, ${finding.size} bytes).`,
      };
  }
}

/** The whole report as lines for people. What the receipt says is shown only if it holds. */
export function reportText(report: ReceiptReport, language: Language): string {
  const { receipt, signedBy, findings } = report;
  if (!report.ok || !receipt || !signedBy) {
    const verdict = { de: 'Quittung NICHT gültig.', en: 'Receipt NOT valid.' }[language];
    return `${[verdict, ...findings.map((finding) => `- ${findingText(finding, language)}`)].join('\n')}\n`;
  }
  const verdict = { de: 'Quittung gültig.', en: 'Receipt valid.' }[language];
  const lines = detailLines(receipt, signedBy, report.fileChecked).map(([label, value]) => {
    return `  ${`${label[language]}:`.padEnd(15)}${printable(value[language])}`;
  });
  return `${[verdict, ...lines].join('\n')}\n`;
}

const same = (text: string): Pair => ({ de: text, en: text });

function detailLines(receipt: Receipt, signedBy: string, fileChecked: boolean): readonly (readonly [Pair, Pair])[] {
  const { voucher, delivery, dataset, answer, history } = receipt;
  const name = dataset.name === undefined ? '' : `, ${dataset.name}`;
  return [
    [{ de: 'Beleg', en: 'Voucher' }, same(`SHA-256 ${voucher.sha256}, ${voucher.size} Bytes`)],
    [
      { de: 'Datei', en: 'File' },
      fileChecked
        ? { de: 'geprüft, sie ist dieser Beleg', en: 'checked, it is this voucher' }
        : { de: 'nicht geprüft (keine angegeben)', en: 'not checked (none given)' },
    ],
    [{ de: 'Angekommen', en: 'Arrived' }, same(receipt.arrivedAt)],
    [
      { de: 'Bestand', en: 'Dataset' },
      {
        de: `Berater ${dataset.consultantNumber}, Mandant ${dataset.mandantNumber}${name}`,
        en: `consultant ${dataset.consultantNumber}, Mandant ${dataset.mandantNumber}${name}`,
      },
    ],
    [
      { de: 'Belegtyp', en: 'Document type' },
      receipt.documentType === null ? { de: 'ohne', en: 'none' } : same(receipt.documentType),
    ],
    [{ de: 'Gesendet als', en: 'Sent as' }, same(`${receipt.fileNameSent}, GUID ${delivery.guid}`)],
    [{ de: 'Nachweis', en: 'Proof' }, proofText(answer.proof)],
    [
      { de: 'Protokoll', en: 'History' },
      {
        de: `Eintrag ${history.seq}, Kettenwert ${history.chainHash}`,
        en: `entry ${history.seq}, chain hash ${history.chainHash}`,
      },
    ],
    [{ de: 'Schlüssel', en: 'Key' }, same(formatFingerprint(signedBy))],
  ];
}

function proofText(proof: Receipt['answer']['proof']): Pair {
  const texts: { readonly [key in typeof proof]: Pair } = {
    '201': { de: 'DATEV hat angenommen (201)', en: 'DATEV accepted (201)' },
    '409 DCO01012': {
      de: 'DATEV kennt unsere GUID schon (409 DCO01012); eine frühere Antwort ging verloren',
      en: 'DATEV already has our GUID (409 DCO01012); an earlier answer was lost',
    },
    DCO01253: {
      de: 'durch DCO01253 belegt: DATEV hat die Datei schon, nach unklarem Versuch',
      en: 'shown by DCO01253: DATEV already has the file, after an unclear attempt',
    },
  };
  return texts[proof];
}
