import type { HistoryKind } from '@bruecke/model';
import { plural } from '../../i18n/plural.ts';
import { codeOfDatev, type Facts } from './facts.ts';

const count = plural('en');

const mandant = ({ name }: Facts) => (name('mandant') ? `“${name('mandant')}”` : 'the Mandant');
const voucher = ({ name }: Facts) => (name('voucher') ? `the voucher “${name('voucher')}”` : 'a voucher');
const ofVoucher = ({ name }: Facts) => (name('voucher') ? `Voucher “${name('voucher')}”` : 'A voucher');
const person = ({ name }: Facts) => name('user') ?? 'a person';
const invited = ({ name }: Facts) => name('invited.email') ?? 'a person';
const firm = ({ name }: Facts) => name('firm') ?? 'the Kanzlei';
const numbers = ({ text }: Facts) =>
  text('consultantNumber') ? `${text('consultantNumber')} / ${text('mandantNumber')}` : null;
const dataset = (facts: Facts) => (numbers(facts) ? ` with the Bestand ${numbers(facts)}` : '');
const toDataset = (facts: Facts) => (numbers(facts) ? ` to the Bestand ${numbers(facts)}` : '');
const staffRole = ({ text }: Facts) => (text('role') === 'admin' ? 'Kanzlei-Admin' : 'Kanzleinutzer');
const memberRole = ({ text }: Facts) => (text('role') === 'admin' ? 'Mandanten-Admin' : 'Nutzer');
const inBrackets = (text: string | null) => (text ? ` (${text})` : '');

const results: Readonly<Record<string, string>> = {
  ready: 'all in order',
  blocked: 'something is still missing',
  unavailable: 'DATEV did not answer',
  signInLost: 'the DATEV-Freigabe is no longer valid',
};
const losses: Readonly<Record<string, string>> = {
  expired: 'it expired',
  refused: 'DATEV did not accept it any more',
  refreshUnclear: 'an answer got lost while it was being extended',
  scopeMissing: 'consent to vouchers is missing',
  replaced: 'the previous one ended for a renewal that did not come about',
};
const signIns: Readonly<Record<string, string>> = {
  password: 'changed their own password.',
  totpOn: 'switched the second factor on.',
  totpOff: 'switched the second factor off.',
  recoveryCodes: 'made new recovery codes.',
  passkeyAdded: 'added a passkey.',
  passkeyRemoved: 'removed a passkey.',
};
const refusals: Readonly<Record<string, string>> = {
  codeUnknown: 'an unknown pairing code was tried',
  codeUsed: 'a Verbindungsdatei that was used already was tried again',
  codeExpired: 'an expired Verbindungsdatei was tried',
  codeWithdrawn: 'a withdrawn Verbindungsdatei was tried',
  signature: 'the signature of a request was wrong',
  replayed: 'a request came a second time',
  revoked: 'a revoked connector called',
  foreignOrder: 'an order of somebody else or one that has ended was answered',
  rows: 'data did not have the agreed form',
  orderRefused: 'the connector refused an order that its own lists do not allow',
  orderForeignKey: 'the connector refused an order without a good signature',
  callNotAllowed: 'the connector refused a call that is not on its list',
  clientNotReleased: 'the connector refused a Bestand that is not released there',
  updateForeignKey: 'the connector refused an update with a foreign signature',
  serverCertificateWrong: 'the connector refused a foreign certificate of this server',
  datevCertificateWrong: 'the connector refused a foreign certificate of DATEVconnect',
};
const yearWithNumbers = ({ text }: Facts) =>
  text('year') ? `${text('year')}: ${text('consultantNumber') ?? ''} / ${text('mandantNumber') ?? ''}` : null;
const way = ({ text }: Facts) => (text('channel') === 'datevconnect' ? 'DATEVconnect' : 'the Belegbilderservice');
const machine = ({ name }: Facts) => (name('machine') ? ` on “${name('machine')}”` : '');
const decisions: Readonly<Record<string, string>> = { sendAnyway: 'send anyway', confirmThere: 'is already there' };

/** Found by Brücke, before anything went to DATEV. */
const questions: Readonly<Record<string, string>> = {
  documentTypeUnknown: ': this Bestand does not have its Belegtyp',
};
const keptBack: Readonly<Record<string, string>> = { tooLarge: 'larger than 20 MB', empty: 'the file is empty' };

/** The same sentences in English; DATEV's and the product's own nouns stay. */
export const sentencesEn: Record<HistoryKind, (facts: Facts) => string> = {
  'instance.setUp': (f) => `${f.who} set up Brücke.`,
  'instance.settingsChanged': (f) => `${f.who} changed the DATEV settings of this Brücke.`,
  'firm.created': (f) => `${f.who} created the Kanzlei ${f.name('firm') ?? ''}.`.replace(' .', '.'),
  'firm.changed': (f) =>
    f.name('firm.nameBefore')
      ? `${f.who} renamed the Kanzlei from “${f.name('firm.nameBefore')}” to “${f.name('firm')}”.`
      : `${f.who} changed the firm data.`,
  'staff.invited': (f) => `${f.who} invited ${invited(f)} to the Kanzlei as ${staffRole(f)}.`,
  'staff.joined': (f) => `${f.who} now belongs to the Kanzlei as ${staffRole(f)}.`,
  'staff.changed': (f) =>
    `${f.who} changed the role of ${person(f)}: ${staffRole(f)}${f.flag('mayManageConnections') ? ', may set up connections' : ''}.`,
  'staff.removed': (f) => `${f.who} removed ${person(f)} from the Kanzlei.`,
  'mandant.created': (f) => `${f.who} created ${mandant(f)}${inBrackets(f.text('mandantNumber'))}.`,
  'mandant.changed': (f) => {
    if (f.name('mandant.nameBefore')) return `${f.who} renamed “${f.name('mandant.nameBefore')}” to ${mandant(f)}.`;
    return `${f.who} changed the master data of ${mandant(f)}.`;
  },
  'mandant.restricted': (f) => `${f.who} restricted ${mandant(f)} to ${person(f)}.`,
  'mandant.restrictionLifted': (f) => `${f.who} lifted the restriction to one Kanzlei-Admin.`,
  'member.invited': (f) => `${f.who} invited ${invited(f)} as ${memberRole(f)}.`,
  'member.joined': (f) => `${f.who} now belongs to the Mandant as ${memberRole(f)}.`,
  'member.changed': (f) => `${f.who} changed the rights of ${person(f)}: ${memberRole(f)}.`,
  'member.removed': (f) => `${f.who} removed ${person(f)} from the Mandant.`,
  'invitation.revoked': (f) => `${f.who} withdrew the invitation to ${invited(f)}.`,
  'assignment.changed': (f) => {
    const parts = [
      f.people('added').length > 0 ? `new: ${f.people('added').join(', ')}` : null,
      f.people('removed').length > 0 ? `no longer: ${f.people('removed').join(', ')}` : null,
    ].filter(Boolean);
    return `${f.who} changed the Betreuungszuordnung${parts.length > 0 ? `: ${parts.join('; ')}` : ''}.`;
  },
  'engagement.opened': (f) => `The Kanzleiverbindung with ${firm(f)} began, confirmed by ${f.who}.`,
  'engagement.invited': (f) => `${f.who} invited a Kanzlei: ${f.name('invited.email') ?? 'no address'}.`,
  'engagement.accepted': (f) => `${f.who} accepted the invitation for ${firm(f)}.`,
  'engagement.ended': (f) => `${f.who} cut the Kanzleiverbindung with ${firm(f)}.`,
  'connection.created': (f) => {
    const [first, second] = [f.name('first'), f.name('second')];
    const both = first && second ? `; ${first} and ${second} confirmed the differing numbers` : '';
    return `${f.who} created ${way(f)}${dataset(f)}${both}.`;
  },
  'connection.authorised': (f) =>
    `${f.who} gave the DATEV-Freigabe, signed in at DATEV as ${f.name('datev') ?? 'a person'}.`,
  'connection.authorisationLost': (f) =>
    `The DATEV-Freigabe is no longer valid: ${losses[f.text('reason') ?? ''] ?? 'DATEV ended it'}.`,
  'connection.authorisationEnded': (f) => `${f.who} ended the DATEV-Freigabe.`,
  'connection.switchedOn': (f) => `${f.who} switched ${way(f)} on.`,
  'connection.switchedOff': (f) => `${f.who} switched ${way(f)} off.`,
  'connection.tested': (f) =>
    f.text('channel') === 'datevconnect'
      ? `${f.who} had DATEVconnect tested.`
      : `${f.who} tested the connection: ${results[f.text('result') ?? ''] ?? 'see findings'}.`,
  'connection.severed': (f) =>
    `${f.text('channel') === 'datevconnect' ? 'DATEVconnect' : 'The Belegbilderservice'}${dataset(f)} was severed.`,
  'connection.bindingAsked': (f) =>
    `${f.who}, as the first of two people, confirmed that a Bestand with other numbers is this Mandant${inBrackets(numbers(f))}.`,
  'connection.bindingWithdrawn': (f) =>
    `${f.who} took the assignment of a Bestand back before it was in force${inBrackets(numbers(f))}.`,
  'voucher.received': (f) => `${f.who} handed in ${voucher(f)}.`,
  'voucher.fieldsChanged': (f) =>
    `${f.who} changed details of “${f.name('voucher') ?? 'a voucher'}”${inBrackets(
      f
        .list('fields')
        .map((field) => fieldsEn[field] ?? field)
        .join(', '),
    )}.`,
  'delivery.queued': (f) => `${ofVoucher(f)} was queued for forwarding${toDataset(f)}.`,
  'delivery.arrived': (f) => `${ofVoucher(f)} arrived at DATEV.`,
  'delivery.asked': (f) =>
    `${ofVoucher(f)} needs a decision${questions[f.text('code') ?? ''] ?? inBrackets(codeOfDatev(f))}.`,
  'delivery.failed': (f) => {
    const own = keptBack[f.text('code') ?? ''];
    if (own) return `${ofVoucher(f)} was not transferred: ${own}.`;
    return `${ofVoucher(f)} was refused by DATEV${inBrackets(codeOfDatev(f))}.`;
  },
  'delivery.decided': (f) =>
    `${f.who} decided about “${f.name('voucher') ?? 'a voucher'}”: ${decisions[f.text('decision') ?? ''] ?? 'see voucher'}.`,
  'delivery.retried': (f) => `${f.who} started ${count(f.count('count'), 'transfer', 'transfers')} again.`,
  'delivery.cancelled': (f) =>
    `${count(f.count('count'), 'waiting transfer', 'waiting transfers')} ended, nothing of it was sent.`,
  'delivery.unresolved': (f) => `${count(f.count('count'), 'transfer', 'transfers')} ended before DATEV had answered.`,
  'person.signedIn': (f) => `${f.who} signed in.`,
  'person.locked': (f) => `The sign-in of ${person(f)} was locked for 15 minutes after failed attempts.`,
  'person.signInChanged': (f) => `${f.who} ${signIns[f.text('what') ?? ''] ?? 'changed their own sign-in.'}`,
  'person.profileChanged': (f) => `${f.who} changed their own profile.`,
  'person.sessionEnded': (f) => `${f.name('user') ?? f.who} ended a session.`,
  'apiKey.created': (f) => `${f.who} created an API key.`,
  'apiKey.revoked': (f) => `${f.who} revoked an API key.`,
  'connector.fileCreated': (f) => `${f.who} downloaded a Verbindungsdatei for a connector.`,
  'connector.fileWithdrawn': (f) => `${f.who} withdrew a Verbindungsdatei.`,
  'connector.paired': (f) => `A connector${machine(f)} paired itself with a Verbindungsdatei.`,
  'connector.refused': (f) =>
    f.text('reason') === 'fileForbidden'
      ? `${f.who} wanted a Verbindungsdatei without having the right to it.`
      : `Connector${machine(f)}: ${refusals[f.text('reason') ?? ''] ?? 'a request was refused'}.`,
  'connector.confirmed': (f) => `${f.who} confirmed the connector${machine(f)}.`,
  'connector.keyChangeAsked': (f) => `${f.who} asked for a new key of the connector${machine(f)}.`,
  'connector.keyRotated': (f) => `The connector${machine(f)} has a new key now.`,
  'connector.revoked': (f) => `${f.who} revoked the connector${machine(f)}.`,
  'connector.removed': (f) => `${f.who} removed the connector${machine(f)}.`,
  'figures.read': (f) => `New accounting data came from DATEV (changed months: ${f.count('months')}).`,
  'figures.yearRefused': (f) => `A fiscal year with other numbers is not read${inBrackets(yearWithNumbers(f))}.`,
  'figures.refreshAsked': (f) => `${f.who} asked for the newest state of the accounting data.`,
  'figures.settingsChanged': (f) =>
    `${f.who} set how often the accounting data are read whole (every ${f.count('wholeEveryDays')} days).`,
};

const fieldsEn: Readonly<Record<string, string>> = {
  name: 'name',
  number: 'number',
  date: 'date',
  grossCents: 'amount',
  currency: 'currency',
  partner: 'partner',
  documentType: 'Belegtyp',
  fields: 'details',
  note: 'note',
};
