import { plural } from '../plural.ts';

const count = plural('de');

/** The operator's pages: state, DATEV app, technical log, mails, firms. */
export const operator = {
  title: 'Betrieb',
  tabs: {
    status: 'Zustand',
    datev: 'DATEV-App',
    log: 'Technisches Protokoll',
    mails: 'E-Mails',
    firms: 'Kanzleien',
    history: 'Protokoll',
  },
  status: {
    version: 'Version',
    database: 'Datenbank',
    embedded: 'eingebaut',
    external: 'extern',
    started: 'Läuft seit',
    firms: 'Kanzleien',
    mandanten: 'Mandanten',
    vouchers: 'Belege',
    queue: 'Warteschlange',
    queueText: (ready: string, running: string, failed: string) =>
      `${ready} bereit, ${running} in Arbeit, ${failed} gescheitert`,
    mail: 'E-Mail-Versand',
    mailOn: 'eingerichtet',
    mailOff: 'nicht eingerichtet, E-Mails warten',
    mailsWaiting: (n: number) => count(n, 'E-Mail wartet', 'E-Mails warten'),
    fingerprint: 'Fingerabdruck des Quittungsschlüssels',
    datev: 'Aufrufe bei DATEV, 14 Tage',
    failedShare: (share: string) => `davon ${share} fehlgeschlagen`,
    reads: 'Lesend je Übertragung',
  },
  datev: {
    text: 'Die Anwendung, die Sie im DATEV-Entwicklerportal registriert haben. Das Secret wird gespeichert, aber nie wieder angezeigt.',
    environment: 'Umgebung',
    environments: { production: 'DATEV Produktion', sandbox: 'DATEV Sandbox', other: 'Andere' },
    issuer: 'Issuer',
    clients: 'Adresse accounting:clients',
    documents: 'Adresse accounting:documents',
    apps: 'Adresse „Verbundene Anwendungen“',
    clientId: 'Client-ID',
    secret: 'Secret',
    secretKept: 'Leer lassen, um das gespeicherte zu behalten',
    redirect: 'Rücksprungadresse',
    redirectHint: (suggested: string) => `Genau so bei DATEV eintragen. Vorschlag: ${suggested}`,
    saved: 'DATEV-App gespeichert',
    wrongUrl: 'Bitte eine vollständige Adresse mit https://.',
  },
  log: {
    failedOnly: 'Nur Fehlgeschlagene',
    empty: 'Noch keine Aufrufe',
    more: 'Ältere laden',
    noAnswer: 'keine Antwort',
    milliseconds: (n: string) => `${n} ms`,
    headers: 'Kopfzeilen der Anfrage',
    body: 'Antwort',
  },
  mails: {
    states: { waiting: 'Wartet', sent: 'Verschickt', failed: 'Gescheitert' },
    empty: 'Noch keine E-Mails',
    columns: { at: 'Angelegt', recipient: 'Empfänger', kind: 'Art', state: 'Stand' },
  },
  firms: {
    create: 'Kanzlei anlegen',
    name: 'Name der Kanzlei',
    number: 'Beraternummer',
    adminEmail: 'E-Mail-Adresse des ersten Kanzlei-Admins',
    created: 'Kanzlei angelegt, Einladung ist unterwegs',
    counts: (mandanten: number, staff: number) =>
      `${count(mandanten, 'Mandant', 'Mandanten')}, ${count(staff, 'Person', 'Personen')}`,
  },
};
