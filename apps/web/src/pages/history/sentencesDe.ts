import type { HistoryKind } from '@bruecke/model';
import { plural } from '../../i18n/plural.ts';
import { codeOfDatev, type Facts } from './facts.ts';

const count = plural('de');

const mandant = ({ name }: Facts) => (name('mandant') ? `„${name('mandant')}“` : 'den Mandanten');
const voucher = ({ name }: Facts) => (name('voucher') ? `den Beleg „${name('voucher')}“` : 'einen Beleg');
const ofVoucher = ({ name }: Facts) => (name('voucher') ? `Beleg „${name('voucher')}“` : 'Ein Beleg');
const person = ({ name }: Facts) => name('user') ?? 'eine Person';
const invited = ({ name }: Facts) => name('invited.email') ?? 'eine Person';
const firm = ({ name }: Facts) => name('firm') ?? 'der Kanzlei';
const numbers = ({ text }: Facts) =>
  text('consultantNumber') ? `${text('consultantNumber')} / ${text('mandantNumber')}` : null;
const dataset = (facts: Facts) => (numbers(facts) ? ` mit dem Bestand ${numbers(facts)}` : '');
const toDataset = (facts: Facts) => (numbers(facts) ? ` in den Bestand ${numbers(facts)}` : '');
const staffRole = ({ text }: Facts) => (text('role') === 'admin' ? 'Kanzlei-Admin' : 'Kanzleinutzer');
const memberRole = ({ text }: Facts) => (text('role') === 'admin' ? 'Mandanten-Admin' : 'Nutzer');
const inBrackets = (text: string | null) => (text ? ` (${text})` : '');

const results: Readonly<Record<string, string>> = {
  ready: 'alles in Ordnung',
  blocked: 'es fehlt noch etwas',
  unavailable: 'DATEV hat nicht geantwortet',
  signInLost: 'die DATEV-Freigabe gilt nicht mehr',
};
const losses: Readonly<Record<string, string>> = {
  expired: 'sie ist abgelaufen',
  refused: 'DATEV hat sie nicht mehr angenommen',
  refreshUnclear: 'beim Verlängern ging die Antwort verloren',
  scopeMissing: 'es fehlt die Zustimmung zu Belegen',
  replaced: 'die bisherige endete für eine Erneuerung, die nicht zustande kam',
};
const signIns: Readonly<Record<string, string>> = {
  password: 'hat das eigene Passwort geändert.',
  totpOn: 'hat den zweiten Faktor eingeschaltet.',
  totpOff: 'hat den zweiten Faktor ausgeschaltet.',
  recoveryCodes: 'hat neue Wiederherstellungscodes erzeugt.',
  passkeyAdded: 'hat einen Passkey hinzugefügt.',
  passkeyRemoved: 'hat einen Passkey entfernt.',
};
const refusals: Readonly<Record<string, string>> = {
  codeUnknown: 'ein unbekannter Kopplungscode wurde versucht',
  codeUsed: 'eine schon benutzte Verbindungsdatei wurde noch einmal versucht',
  codeExpired: 'eine abgelaufene Verbindungsdatei wurde versucht',
  codeWithdrawn: 'eine zurückgezogene Verbindungsdatei wurde versucht',
  signature: 'die Signatur einer Anfrage stimmte nicht',
  replayed: 'eine Anfrage kam ein zweites Mal',
  revoked: 'ein entzogener Konnektor hat sich gemeldet',
  foreignOrder: 'ein fremder oder beendeter Auftrag wurde beantwortet',
  rows: 'Daten hatten nicht die vereinbarte Form',
  orderRefused: 'der Konnektor hat einen Auftrag abgelehnt, den seine eigenen Listen nicht erlauben',
  orderForeignKey: 'der Konnektor hat einen Auftrag ohne gültige Signatur abgelehnt',
  callNotAllowed: 'der Konnektor hat einen Aufruf abgelehnt, der nicht auf seiner Liste steht',
  clientNotReleased: 'der Konnektor hat einen Bestand abgelehnt, der bei ihm nicht freigegeben ist',
  updateForeignKey: 'der Konnektor hat ein Update mit fremder Signatur abgelehnt',
  serverCertificateWrong: 'der Konnektor hat ein fremdes Zertifikat dieses Servers abgelehnt',
  datevCertificateWrong: 'der Konnektor hat ein fremdes Zertifikat von DATEVconnect abgelehnt',
};
const yearWithNumbers = ({ text }: Facts) =>
  text('year') ? `${text('year')}: ${text('consultantNumber') ?? ''} / ${text('mandantNumber') ?? ''}` : null;
const way = ({ text }: Facts) => (text('channel') === 'datevconnect' ? 'DATEVconnect' : 'den Belegbilderservice');
const machine = ({ name }: Facts) => (name('machine') ? ` auf „${name('machine')}“` : '');
const decisions: Readonly<Record<string, string>> = {
  sendAnyway: 'trotzdem senden',
  confirmThere: 'ist schon dort',
};

/** Found by Brücke, before anything went to DATEV. */
const questions: Readonly<Record<string, string>> = {
  documentTypeUnknown: ': Den Belegtyp gibt es in diesem Bestand nicht',
};
const keptBack: Readonly<Record<string, string>> = { tooLarge: 'größer als 20 MB', empty: 'die Datei ist leer' };

/** One sentence per kind of entry, built from what the entry knows. */
export const sentencesDe: Record<HistoryKind, (facts: Facts) => string> = {
  'instance.setUp': (f) => `${f.who} hat Brücke eingerichtet.`,
  'instance.settingsChanged': (f) => `${f.who} hat die DATEV-Einstellungen dieser Brücke geändert.`,
  'firm.created': (f) => `${f.who} hat die Kanzlei ${f.name('firm') ?? ''} angelegt.`.replace('  ', ' '),
  'firm.changed': (f) =>
    f.name('firm.nameBefore')
      ? `${f.who} hat die Kanzlei von „${f.name('firm.nameBefore')}“ in „${f.name('firm')}“ umbenannt.`
      : `${f.who} hat die Kanzleidaten geändert.`,
  'staff.invited': (f) => `${f.who} hat ${invited(f)} als ${staffRole(f)} in die Kanzlei eingeladen.`,
  'staff.joined': (f) => `${f.who} gehört jetzt als ${staffRole(f)} zur Kanzlei.`,
  'staff.changed': (f) =>
    `${f.who} hat die Rolle von ${person(f)} geändert: ${staffRole(f)}${f.flag('mayManageConnections') ? ', darf Verbindungen einrichten' : ''}.`,
  'staff.removed': (f) => `${f.who} hat ${person(f)} aus der Kanzlei entfernt.`,
  'mandant.created': (f) => `${f.who} hat ${mandant(f)} angelegt${inBrackets(f.text('mandantNumber'))}.`,
  'mandant.changed': (f) => {
    if (f.name('mandant.nameBefore'))
      return `${f.who} hat „${f.name('mandant.nameBefore')}“ in ${mandant(f)} umbenannt.`;
    return `${f.who} hat die Stammdaten von ${mandant(f)} geändert.`;
  },
  'mandant.restricted': (f) => `${f.who} hat ${mandant(f)} auf ${person(f)} eingeschränkt.`,
  'mandant.restrictionLifted': (f) => `${f.who} hat die Einschränkung auf einen Kanzlei-Admin aufgehoben.`,
  'member.invited': (f) => `${f.who} hat ${invited(f)} als ${memberRole(f)} eingeladen.`,
  'member.joined': (f) => `${f.who} gehört jetzt als ${memberRole(f)} zum Mandanten.`,
  'member.changed': (f) => `${f.who} hat die Rechte von ${person(f)} geändert: ${memberRole(f)}.`,
  'member.removed': (f) => `${f.who} hat ${person(f)} vom Mandanten entfernt.`,
  'invitation.revoked': (f) => `${f.who} hat die Einladung an ${invited(f)} zurückgezogen.`,
  'assignment.changed': (f) => {
    const parts = [
      f.people('added').length > 0 ? `neu: ${f.people('added').join(', ')}` : null,
      f.people('removed').length > 0 ? `nicht mehr: ${f.people('removed').join(', ')}` : null,
    ].filter(Boolean);
    return `${f.who} hat die Betreuungszuordnung geändert${parts.length > 0 ? `: ${parts.join('; ')}` : ''}.`;
  },
  'engagement.opened': (f) => `Die Kanzleiverbindung mit ${firm(f)} hat begonnen, bestätigt durch ${f.who}.`,
  'engagement.invited': (f) => `${f.who} hat eine Kanzlei eingeladen: ${f.name('invited.email') ?? 'ohne Adresse'}.`,
  'engagement.accepted': (f) =>
    `${f.who} hat die Einladung für die Kanzlei ${f.name('firm') ?? ''} angenommen.`.replace('  ', ' '),
  'engagement.ended': (f) => `${f.who} hat die Kanzleiverbindung mit ${firm(f)} getrennt.`,
  'connection.created': (f) => {
    const [first, second] = [f.name('first'), f.name('second')];
    const both = first && second ? `; die abweichenden Nummern haben ${first} und ${second} bestätigt` : '';
    return `${f.who} hat ${way(f)}${dataset(f)} angelegt${both}.`;
  },
  'connection.authorised': (f) =>
    `${f.who} hat die DATEV-Freigabe erteilt, bei DATEV angemeldet als ${f.name('datev') ?? 'eine Person'}.`,
  'connection.authorisationLost': (f) =>
    `Die DATEV-Freigabe gilt nicht mehr: ${losses[f.text('reason') ?? ''] ?? 'DATEV hat sie beendet'}.`,
  'connection.authorisationEnded': (f) => `${f.who} hat die DATEV-Freigabe beendet.`,
  'connection.switchedOn': (f) => `${f.who} hat ${way(f)} eingeschaltet.`,
  'connection.switchedOff': (f) => `${f.who} hat ${way(f)} ausgeschaltet.`,
  'connection.tested': (f) =>
    f.text('channel') === 'datevconnect'
      ? `${f.who} hat DATEVconnect testen lassen.`
      : `${f.who} hat die Verbindung getestet: ${results[f.text('result') ?? ''] ?? 'siehe Befunde'}.`,
  'connection.severed': (f) =>
    `${f.text('channel') === 'datevconnect' ? 'DATEVconnect' : 'Der Belegbilderservice'}${dataset(f)} wurde getrennt.`,
  'connection.bindingAsked': (f) =>
    `${f.who} hat als erste von zwei Personen bestätigt, dass ein Bestand mit anderen Nummern dieser Mandant ist${inBrackets(numbers(f))}.`,
  'connection.bindingWithdrawn': (f) =>
    `${f.who} hat die Zuordnung eines Bestands zurückgenommen, bevor sie galt${inBrackets(numbers(f))}.`,
  'voucher.received': (f) => `${f.who} hat ${voucher(f)} eingereicht.`,
  'voucher.fieldsChanged': (f) =>
    `${f.who} hat Angaben zu „${f.name('voucher') ?? 'einem Beleg'}“ geändert${inBrackets(
      f
        .list('fields')
        .map((field) => fieldsDe[field] ?? field)
        .join(', '),
    )}.`,
  'delivery.queued': (f) => `${ofVoucher(f)} wurde zur Übertragung${toDataset(f)} vorgemerkt.`,
  'delivery.arrived': (f) => `${ofVoucher(f)} ist bei DATEV angekommen.`,
  'delivery.asked': (f) =>
    `${ofVoucher(f)} braucht eine Entscheidung${questions[f.text('code') ?? ''] ?? inBrackets(codeOfDatev(f))}.`,
  'delivery.failed': (f) => {
    const own = keptBack[f.text('code') ?? ''];
    if (own) return `${ofVoucher(f)} wurde nicht übertragen: ${own}.`;
    return `${ofVoucher(f)} wurde von DATEV abgelehnt${inBrackets(codeOfDatev(f))}.`;
  },
  'delivery.decided': (f) =>
    `${f.who} hat zu „${f.name('voucher') ?? 'einem Beleg'}“ entschieden: ${decisions[f.text('decision') ?? ''] ?? 'siehe Beleg'}.`,
  'delivery.retried': (f) =>
    `${f.who} hat ${count(f.count('count'), 'Übertragung', 'Übertragungen')} noch einmal angestoßen.`,
  'delivery.cancelled': (f) =>
    `${count(f.count('count'), 'wartende Übertragung', 'wartende Übertragungen')} beendet, nichts davon wurde gesendet.`,
  'delivery.unresolved': (f) =>
    `${count(f.count('count'), 'Übertragung', 'Übertragungen')} beendet, bevor DATEV geantwortet hat.`,
  'person.signedIn': (f) => `${f.who} hat sich angemeldet.`,
  'person.locked': (f) => `Die Anmeldung von ${person(f)} wurde nach Fehlversuchen für 15 Minuten gesperrt.`,
  'person.signInChanged': (f) => `${f.who} ${signIns[f.text('what') ?? ''] ?? 'hat die eigene Anmeldung geändert.'}`,
  'person.profileChanged': (f) => `${f.who} hat das eigene Profil geändert.`,
  'person.sessionEnded': (f) => `${f.name('user') ?? f.who} hat eine Sitzung beendet.`,
  'apiKey.created': (f) => `${f.who} hat einen API-Schlüssel angelegt.`,
  'apiKey.revoked': (f) => `${f.who} hat einen API-Schlüssel widerrufen.`,
  'connector.fileCreated': (f) => `${f.who} hat eine Verbindungsdatei für einen Konnektor heruntergeladen.`,
  'connector.fileWithdrawn': (f) => `${f.who} hat eine Verbindungsdatei zurückgezogen.`,
  'connector.paired': (f) => `Ein Konnektor${machine(f)} hat sich mit einer Verbindungsdatei gekoppelt.`,
  'connector.refused': (f) =>
    f.text('reason') === 'fileForbidden'
      ? `${f.who} wollte eine Verbindungsdatei und hat das Recht dazu nicht.`
      : `Konnektor${machine(f)}: ${refusals[f.text('reason') ?? ''] ?? 'eine Anfrage wurde abgelehnt'}.`,
  'connector.confirmed': (f) => `${f.who} hat den Konnektor${machine(f)} bestätigt.`,
  'connector.keyChangeAsked': (f) => `${f.who} hat für den Konnektor${machine(f)} einen neuen Schlüssel verlangt.`,
  'connector.keyRotated': (f) => `Der Konnektor${machine(f)} hat jetzt einen neuen Schlüssel.`,
  'connector.revoked': (f) => `${f.who} hat den Konnektor${machine(f)} entzogen.`,
  'connector.removed': (f) => `${f.who} hat den Konnektor${machine(f)} entfernt.`,
  'figures.read': (f) => `Neue Buchhaltungsdaten sind aus DATEV gekommen (geänderte Monate: ${f.count('months')}).`,
  'figures.yearRefused': (f) =>
    `Ein Wirtschaftsjahr mit anderen Nummern wird nicht gelesen${inBrackets(yearWithNumbers(f))}.`,
  'figures.refreshAsked': (f) => `${f.who} hat den neuesten Stand der Buchhaltungsdaten verlangt.`,
  'figures.settingsChanged': (f) =>
    `${f.who} hat eingestellt, wie oft die Buchhaltungsdaten vollständig gelesen werden (alle ${f.count('wholeEveryDays')} Tage).`,
};

const fieldsDe: Readonly<Record<string, string>> = {
  name: 'Name',
  number: 'Nummer',
  date: 'Datum',
  grossCents: 'Betrag',
  currency: 'Währung',
  partner: 'Geschäftspartner',
  documentType: 'Belegtyp',
  fields: 'Angaben',
  note: 'Notiz',
};
