import { manifest } from '@bruecke/channels/figures-from-datevconnect/manifest';
import type { ConnectorOrderKind } from '@bruecke/model';
import type { PairingState } from './live.ts';

/** What the program says to the people at its machine: German. */
export type Sentences = { title: string; cause: string; remedy: string };

export const pairingTexts: Record<PairingState, string> = {
  unpaired:
    'Nicht gekoppelt. In Brücke auf der Karte „DATEVconnect“ die Verbindungsdatei herunterladen und hier öffnen.',
  unconfirmed:
    'Gekoppelt, noch nicht bestätigt. Ein Kanzlei-Admin vergleicht in Brücke (Optionen, Kanzlei, Konnektoren) den Fingerabdruck und bestätigt.',
  confirmed: 'Gekoppelt und bestätigt.',
  revoked:
    'Widerrufen. Der Konnektor arbeitet nicht mehr. Mit einer neuen Verbindungsdatei kann er neu gekoppelt werden.',
};

export const orderTexts: Record<ConnectorOrderKind | 'unknown', string> = {
  probe: 'Prüfung',
  listClients: 'Freigegebene Mandanten',
  listYears: 'Wirtschaftsjahre',
  checkYear: 'Hat sich ein Jahr geändert?',
  readPostings: 'Kontobuchungen',
  readRecords: 'Buchungssätze',
  readOpenItems: 'Offene Posten',
  readPartners: 'Debitoren und Kreditoren',
  readTermsOfPayment: 'Zahlungsbedingungen',
  unknown: 'Unbekannter Auftrag',
};

export const resultTexts = {
  running: 'läuft',
  done: 'erledigt',
  failed: 'fehlgeschlagen',
  refused: 'abgelehnt',
  dropped: 'abgebrochen',
} as const;

/** Codes of this program; those of DATEVconnect are the channel's findings. */
const own: Readonly<Record<string, Sentences>> = {
  serverCertificateWrong: {
    title: 'Das Zertifikat von Brücke ist ein anderes',
    cause:
      'Der Server zeigt ein Zertifikat, das die Verbindungsdatei nicht nennt: Es wurde von einer anderen Stelle ausgestellt, oder jemand sitzt dazwischen (auch eine Firewall, die TLS aufbricht). Es wurde nichts gesendet.',
    remedy:
      'Beim Betreiber nachfragen. Bricht eine Firewall TLS auf, die Adresse von Brücke davon ausnehmen. Wurde das Zertifikat gewechselt, mit einer neuen Verbindungsdatei neu koppeln.',
  },
  hubUnreachable: {
    title: 'Brücke ist nicht erreichbar',
    cause: 'Die Verbindung kam nicht zustande: kein Internet, eine Firewall, ein Proxy, oder der Server steht.',
    remedy:
      'Ausgehend wird nur HTTPS zu dieser Adresse gebraucht. Firewall prüfen; einen Proxy in settings.json („proxy“) oder als HTTPS_PROXY eintragen. Es wird von selbst weiter versucht.',
  },
  hubNameUnknown: {
    title: 'Der Name von Brücke ist unbekannt',
    cause: 'Die Namensauflösung (DNS) kennt die Adresse nicht.',
    remedy: 'DNS-Einstellungen dieses Rechners prüfen, oder einen Proxy eintragen.',
  },
  proxyRefused: {
    title: 'Der Proxy lehnt ab',
    cause: 'Der Proxy verlangt eine Anmeldung oder lässt diese Adresse nicht zu.',
    remedy: 'Die Adresse von Brücke am Proxy freigeben, oder Benutzer und Kennwort in der Proxy-Adresse angeben.',
  },
  hubDisturbed: {
    title: 'Brücke ist gestört',
    cause: 'Der Server antwortet mit einem eigenen Fehler oder ist überlastet.',
    remedy: 'Abwarten, es wird von selbst weiter versucht. Hält es an: an den Betreiber wenden.',
  },
  hubStrange: {
    title: 'Eine Antwort, die nicht von Brücke ist',
    cause:
      'Unter der Adresse antwortet etwas anderes, etwa eine Anmeldeseite, oder eine Fassung, die dieser Konnektor nicht kennt.',
    remedy: 'Adresse prüfen; den Konnektor auf den Stand bringen, den die Karte „DATEVconnect“ anbietet.',
  },
  orderForeignKey: {
    title: 'Ein Auftrag mit fremder Unterschrift',
    cause:
      'Ein Auftrag war nicht mit dem Schlüssel von Brücke unterschrieben, der bei der Kopplung festgehalten wurde. Er wurde nicht ausgeführt.',
    remedy:
      'Den Betreiber fragen. Hat er seinen Schlüssel gewechselt, muss neu gekoppelt werden; sonst ist es ein Angriff.',
  },
  callNotAllowed: {
    title: 'Ein Aufruf, den dieses Programm nicht kennt',
    cause: 'Brücke wollte etwas, das nicht auf der eingebauten Liste steht. Es wurde nicht ausgeführt.',
    remedy: 'Ist Brücke neuer als der Konnektor: den Konnektor aktualisieren. Sonst den Betreiber fragen.',
  },
  orderExpired: {
    title: 'Ein abgelaufener Auftrag',
    cause: 'Der Auftrag kam nach seiner Zeit, oder die Uhr dieses Rechners geht falsch.',
    remedy: 'Datum und Uhrzeit dieses Rechners prüfen.',
  },
  orderReplayed: {
    title: 'Ein Auftrag kam ein zweites Mal',
    cause: 'Derselbe Auftrag wurde schon begonnen. Er wurde nicht noch einmal ausgeführt.',
    remedy: 'Einmalig ohne Bedeutung. Kommt es öfter vor, den Betreiber fragen.',
  },
  orderForOther: {
    title: 'Ein Auftrag für einen anderen Konnektor',
    cause: 'Der Auftrag nennt einen anderen Konnektor. Er wurde nicht ausgeführt.',
    remedy: 'Den Betreiber fragen.',
  },
  updateForeignKey: {
    title: 'Eine Aktualisierung mit fremder Unterschrift',
    cause:
      'Die angebotene Fassung ist nicht mit dem Schlüssel unterschrieben, den dieses Programm kennt. Sie wurde nicht übernommen.',
    remedy: 'Den Betreiber fragen. Aktualisieren geht immer auch mit dem Installationsprogramm.',
  },
  updateRolledBack: {
    title: 'Eine Aktualisierung wurde zurückgenommen',
    cause: 'Die neue Fassung lief, meldete sich aber nicht bei Brücke. Die bisherige arbeitet weiter.',
    remedy: 'Nichts zu tun; die nächste Fassung wird wieder versucht.',
  },
  file_unreadable: {
    title: 'Eine Datei des Konnektors ist unlesbar',
    cause: 'Sie wurde von Hand geändert und ist kein gültiges JSON mehr, oder fehlt in Teilen.',
    remedy: 'Die genannte Datei berichtigen oder entfernen.',
  },
  notSetUp: {
    title: 'DATEVconnect ist noch nicht eingerichtet',
    cause: 'Adresse und Windows-Benutzer für DATEVconnect fehlen.',
    remedy: 'Auf diesem Rechner „bruecke-connector datev“ ausführen.',
  },
  noClientReleased: {
    title: 'Kein Mandant freigegeben',
    cause: 'Der Konnektor liest nur Mandanten, die an diesem Rechner freigegeben wurden.',
    remedy: '„bruecke-connector clients“ zeigt die Mandanten, „bruecke-connector release <GUID>“ gibt einen frei.',
  },
  clockWrong: {
    title: 'Die Uhr geht falsch',
    cause: 'Die Uhr dieses Rechners weicht von der des Servers ab. Aufträge können dadurch als abgelaufen gelten.',
    remedy: 'Die Zeitsynchronisierung dieses Rechners einschalten.',
  },
  notPaired: {
    title: 'Nicht gekoppelt',
    cause: 'Dieser Konnektor gehört noch zu keiner Kanzlei.',
    remedy:
      'In Brücke die Verbindungsdatei herunterladen und „bruecke-connector install --file <Verbindungsdatei>“ ausführen.',
  },
  revoked: {
    title: 'Widerrufen',
    cause: 'In Brücke wurde dieser Konnektor widerrufen oder entfernt.',
    remedy: 'Mit einer neuen Verbindungsdatei neu koppeln.',
  },
  programError: {
    title: 'Ein Fehler in diesem Programm',
    cause: 'Etwas ist geschehen, womit das Programm nicht rechnet.',
    remedy: 'Mit der Angabe daneben und dem Protokoll an den Betreiber wenden.',
  },
};

/** Title, cause and remedy of a code, whoever's it is. */
export function textsOf(code: string): Sentences {
  const known = own[code];
  if (known !== undefined) return known;
  const findings: Readonly<Record<string, (typeof manifest.findings)['ok']>> = manifest.findings;
  const found = findings[code === 'datevCertificateWrong' ? 'certificateWrong' : code];
  if (found === undefined) return { title: code, cause: '', remedy: '' };
  return { title: found.title.de, cause: found.cause.de, remedy: found.remedy.de };
}
