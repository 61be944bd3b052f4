import { plural } from '../plural.ts';

const count = plural('de');

/** Übersicht of the firm and of a Mandant. */
export const overview = {
  title: 'Übersicht',
  hello: (name: string) => `Guten Tag, ${name}`,
  /** Beside a Mandant, where there are several. */
  toMandant: 'Zur Übersicht',
  none: 'Sobald Sie jemand zu einem Mandanten einlädt, erscheint er hier.',
  firm: {
    need: 'Hier wird jemand gebraucht',
    needText: 'Mandanten, bei denen etwas hängt, zuerst.',
    allWell: 'Bei allen Mandanten läuft es.',
    allWellText: 'Neues erscheint hier von selbst.',
    reasons: (questions: number, errors: number, waiting: number) =>
      [
        questions > 0 ? count(questions, 'Rückfrage', 'Rückfragen') : '',
        errors > 0 ? count(errors, 'Fehler', 'Fehler') : '',
        waiting > 0 ? count(waiting, 'Beleg wartet', 'Belege warten') : '',
      ]
        .filter(Boolean)
        .join(' · '),
    connector: (machine: string) => `Konnektor auf ${machine}`,
    figuresOf: (n: number) => `DATEVconnect: ${count(n, 'Mandant', 'Mandanten')}`,
    all: 'Alle Mandanten',
    count: (n: number) => count(n, 'Mandant', 'Mandanten'),
  },
  mandant: {
    handIn: 'Belege einreichen',
    missing: 'Zu tun',
    nothing: 'Nichts zu tun. Alle Belege sind, wo sie sein sollen.',
    questions: (n: number) =>
      count(n, 'Rückfrage wartet auf Ihre Entscheidung', 'Rückfragen warten auf Ihre Entscheidung'),
    errors: (n: number) => count(n, 'Beleg kam nicht an', 'Belege kamen nicht an'),
    waiting: (n: number) => count(n, 'Beleg wartet auf die Übertragung', 'Belege warten auf die Übertragung'),
    received: (n: number) => count(n, 'Beleg ist nur hier gespeichert', 'Belege sind nur hier gespeichert'),
    connection: 'Verbindung zu DATEV',
    vouchersOut: 'Belege (Belegbilderservice)',
    figuresIn: 'Zahlen (DATEVconnect)',
    recent: 'Zuletzt eingereicht',
    noRecent: 'Noch nichts eingereicht.',
    months: 'Eingereicht und übertragen',
    month: 'Monat',
    handedIn: 'Eingereicht',
    delivered: 'Übertragen',
    all: 'Alle Belege',
  },
  glance: {
    title: (year: string) => `Zahlen ${year}`,
    resultOfYear: 'Ergebnis im Jahr',
    resultOfMonth: 'Ergebnis im Monat',
    upTo: (month: string) => `bis ${month}`,
    receivable: 'Forderungen',
    payable: 'Verbindlichkeiten',
    nothingOverdue: 'nichts überfällig',
    endOf: (month: string) => `Ende ${month}`,
  },
};
