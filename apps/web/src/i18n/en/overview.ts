import { plural } from '../plural.ts';
import type { Texts } from '../texts.ts';

const count = plural('en');

export const overview: Texts['overview'] = {
  title: 'Overview',
  hello: (name) => `Good day, ${name}`,
  /** Beside a Mandant, where there are several. */
  toMandant: 'To the overview',
  none: 'As soon as somebody invites you to a Mandant, it appears here.',
  firm: {
    need: 'Somebody is needed here',
    needText: 'Mandanten with something stuck come first.',
    allWell: 'All is well with all Mandanten.',
    allWellText: 'News appears here by itself.',
    reasons: (questions, errors, waiting) =>
      [
        questions > 0 ? count(questions, 'question', 'questions') : '',
        errors > 0 ? count(errors, 'error', 'errors') : '',
        waiting > 0 ? count(waiting, 'voucher waits', 'vouchers wait') : '',
      ]
        .filter(Boolean)
        .join(' · '),
    connector: (machine) => `Connector on ${machine}`,
    figuresOf: (n) => `DATEVconnect: ${count(n, 'Mandant', 'Mandanten')}`,
    all: 'All Mandanten',
    count: (n) => count(n, 'Mandant', 'Mandanten'),
  },
  mandant: {
    handIn: 'Hand in vouchers',
    missing: 'To do',
    nothing: 'Nothing to do. All vouchers are where they should be.',
    questions: (n) => count(n, 'question waits for your decision', 'questions wait for your decision'),
    errors: (n) => count(n, 'voucher did not arrive', 'vouchers did not arrive'),
    waiting: (n) => count(n, 'voucher waits for the transfer', 'vouchers wait for the transfer'),
    received: (n) => count(n, 'voucher is only stored here', 'vouchers are only stored here'),
    connection: 'Connection to DATEV',
    vouchersOut: 'Vouchers (Belegbilderservice)',
    figuresIn: 'Figures (DATEVconnect)',
    recent: 'Last handed in',
    noRecent: 'Nothing handed in yet.',
    months: 'Handed in and transferred',
    month: 'Month',
    handedIn: 'Handed in',
    delivered: 'Transferred',
    all: 'All vouchers',
  },
  glance: {
    title: (year) => `Figures ${year}`,
    resultOfYear: 'Result of the year',
    resultOfMonth: 'Result of the month',
    upTo: (month) => `up to ${month}`,
    receivable: 'Receivables',
    payable: 'Payables',
    nothingOverdue: 'nothing overdue',
    endOf: (month) => `end of ${month}`,
  },
};
