import { type Static, Type as T } from '@sinclair/typebox';
import { date, id, month, nullable, object, oneOf, time } from './parts.ts';

// Shapes of the figures' answers. Amounts are integers in cents of the year's currency; signed ones are debit positive unless said otherwise.

const cents = T.Integer({ description: 'Cents' });
const yearNo = T.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Number of a fiscal year of this Mandant',
});
const technicalAccount = T.Integer({ minimum: 0, maximum: 999_999_999, description: 'DATEV’s technical length' });

export const yearParams = object({ mandantId: id, yearNo });
export const accountParams = object({ mandantId: id, yearNo, account: technicalAccount });

/** Why what is shown is not all or not exact: nothing was read yet; postings and balances differ; postings are rebuilt from batch records. */
const partial = oneOf(['notYetRead', 'sumsDiffer', 'postingLicenceMissing']);
/** What every answer says about what it rests on. */
const basis = object({
  yearNo,
  /** Everything booked at DATEV before this time is in it ("Stand: …"); null: nothing was read yet. */
  stand: nullable(time),
  partial: nullable(partial),
  /** From batch records, without the tax lines that DATEV makes itself. */
  rebuilt: T.Boolean(),
  currency: T.String(),
});
export type FigureBasis = Static<typeof basis>;

/** An account as people know it. */
const accountName = { account: technicalAccount, number: T.String(), caption: nullable(T.String()) };
const accountClass = oneOf(['general', 'debtor', 'creditor']);

export const figureYear = object({
  yearNo,
  /** `2026`, or `2025/26` where it goes over the turn of the year. */
  label: T.String(),
  firstDay: date,
  lastDay: date,
  consultantNumber: T.Integer(),
  mandantNumber: T.Integer(),
  accountLength: T.Integer(),
  /** 3: SKR03, 4: SKR04; others have no BWA here. */
  accountSystem: nullable(T.Integer()),
  currency: T.String(),
  locked: T.Boolean(),
  /** Came under a Kanzleiverbindung that has ended: stays as it is. */
  former: T.Boolean(),
  stand: nullable(time),
  partial: nullable(partial),
  rebuilt: T.Boolean(),
  /** Accounts and months (0: opening values) whose postings do not add up to DATEV’s balances, also after a second reading; the first 50. */
  differenceCount: T.Integer(),
  differences: T.Array(object({ ...accountName, month: T.Integer(), postings: cents, balances: cents })),
  openItemsStand: nullable(time),
  months: T.Array(
    object({
      month,
      rows: T.Integer(),
      rebuilt: T.Boolean(),
      /** No batch of it may still change. */
      final: T.Boolean(),
      readAt: nullable(time),
    }),
  ),
});

const failure = object({ code: T.String(), detail: nullable(T.String()) });
const runReason = oneOf(['first', 'scheduled', 'looking', 'asked']);
export const syncState = object({
  /** `none`: no binding was ever there; `severed`: it has ended. Off and severed keep the last state. */
  connection: oneOf(['none', 'on', 'off', 'severed']),
  /** Since when off or severed. */
  since: nullable(time),
  firstReadAt: nullable(time),
  lastWholeAt: nullable(time),
  wholeEveryDays: T.Integer(),
  nextRunAt: nullable(time),
  /** The run under way, for the progress bar. */
  run: nullable(
    object({
      reason: runReason,
      whole: T.Boolean(),
      startedAt: time,
      /** Postings; what is expected is known more exactly with each month. */
      rowsExpected: T.Integer(),
      rowsRead: T.Integer(),
      years: T.Array(
        object({
          yearNo,
          label: T.String(),
          phase: oneOf(['checking', 'reading', 'done']),
          months: T.Integer({ description: 'Months to be read' }),
          monthsRead: T.Integer(),
          /** Being read at this moment; null: none. */
          month: nullable(month),
        }),
      ),
    }),
  ),
  lastRun: nullable(
    object({
      reason: runReason,
      whole: T.Boolean(),
      state: oneOf(['done', 'failed', 'cancelled']),
      startedAt: time,
      endedAt: time,
      failure: nullable(failure),
      monthsChanged: T.Integer(),
      rowsRead: T.Integer(),
      /** Calls at DATEV. */
      calls: T.Integer(),
    }),
  ),
});

export const postingLine = object({
  /** Names the row on this page; not lasting. */
  key: T.String(),
  date,
  ...accountName,
  contraAccount: nullable(technicalAccount),
  contraNumber: nullable(T.String()),
  contraCaption: nullable(T.String()),
  debit: cents,
  credit: cents,
  text: nullable(T.String()),
  documentField1: nullable(T.String()),
  documentField2: nullable(T.String()),
  batchNumber: nullable(T.String()),
  taxKey: nullable(T.Integer()),
  /** Percent. */
  taxRate: nullable(T.Number()),
  opening: T.Boolean(),
  generalReversal: T.Boolean(),
  costCenter1: nullable(T.String()),
  costCenter2: nullable(T.String()),
  /** The voucher behind it, where it was handed in here and this person may see it ("Beleg öffnen"). */
  voucherId: nullable(id),
  /** DATEV’s own link to a document, whatever system it is in. */
  documentLink: nullable(T.String()),
});

const label = object({ de: T.String(), en: T.String() });
const bwaValues = {
  /** One per month of the year. */
  months: T.Array(cents),
  /** Of the chosen month, and of the same one a year earlier. */
  month: cents,
  previousMonth: nullable(cents),
  /** From the first month to the chosen one, and a year earlier. */
  cumulated: cents,
  previousCumulated: nullable(cents),
};
const bwaAccount = object({ ...accountName, ...bwaValues });
export const bwa = object({
  basis,
  /** Null where the chart of accounts has no structure here: then all accounts are unassigned. */
  chart: nullable(oneOf(['SKR03', 'SKR04'])),
  /** Where the structure is taken from. */
  source: nullable(label),
  /** The chosen month, and all of the year. */
  month,
  allMonths: T.Array(month),
  previousYear: nullable(object({ yearNo, label: T.String(), stand: nullable(time) })),
  /** Income and results: positive is good. Costs: positive is a cost. */
  lines: T.Array(
    object({
      key: T.String(),
      label,
      kind: oneOf(['income', 'cost', 'result']),
      /** Made of other lines, not of accounts. */
      total: T.Boolean(),
      ...bwaValues,
      accounts: T.Array(bwaAccount),
    }),
  ),
  /** Profit-and-loss accounts that no line has, as income; they are in no result above. */
  unassigned: object({ ...bwaValues, accounts: T.Array(bwaAccount) }),
  /** Result and unassigned against the change of all other accounts; anything but 0 is shown. */
  check: object({ result: cents, balanceSheet: cents, difference: cents }),
});

export const accountLine = object({
  ...accountName,
  class: accountClass,
  /** At the beginning of the period. */
  opening: cents,
  /** In the period, from the postings. */
  debit: cents,
  credit: cents,
  /** In the period, as DATEV says: debit less credit. */
  turnover: cents,
  /** At the end of the period. */
  balance: cents,
  rows: T.Integer({ description: 'Postings in the period' }),
});
const periodShown = object({ from: month, to: month });
export const sums = object({
  basis,
  period: periodShown,
  rows: T.Array(accountLine),
  /** Over all that fit the filter. */
  totals: object({
    accounts: T.Integer(),
    opening: cents,
    debit: cents,
    credit: cents,
    turnover: cents,
    balance: cents,
  }),
  next: nullable(T.String()),
});

export const accountSheet = object({
  basis,
  period: periodShown,
  account: object({ ...accountName, class: accountClass }),
  /** As Summen und Salden has them for this period: opening postings are in `opening` (the EB-Wert), not among rows, debit or credit. */
  opening: cents,
  debit: cents,
  credit: cents,
  balance: cents,
  rowCount: T.Integer({ description: 'Postings in the period, opening ones with them' }),
  /** `balance`: the account’s after this row. */
  rows: T.Array(T.Composite([postingLine, object({ balance: cents })], { additionalProperties: false })),
  /** As in the Journal; of the account's postings, roughly. */
  searched: nullable(object({ postings: T.Integer(), of: T.Integer() })),
  next: nullable(T.String()),
});

export const journal = object({
  basis,
  period: periodShown,
  rows: T.Array(postingLine),
  /** Of the period; null under a search, which stops when the page is full. */
  totals: nullable(object({ rows: T.Integer(), debit: cents, credit: cents })),
  /** Of a search that rests before its page is full, and goes on with `next`: how many of the period's postings it has walked. Else null. */
  searched: nullable(object({ postings: T.Integer(), of: T.Integer() })),
  next: nullable(T.String()),
});

const bucket = oneOf(['notDue', 'to30', 'to60', 'to90', 'over90']);
const ageing = T.Array(object({ bucket, open: cents, count: T.Integer() }));
export const openItems = object({
  basis,
  /** When the open items were read, and the day that "due" goes by. */
  stand: nullable(time),
  asOf: date,
  /** Amounts: positive is what the side owes (debtors to the Mandant, the Mandant to creditors). Over all that fit the filter. */
  totals: object({ count: T.Integer(), open: cents, overdue: cents }),
  /** By days overdue. */
  ageing,
  rows: T.Array(
    object({
      key: T.String(),
      ...accountName,
      date: nullable(date),
      dueDate: nullable(date),
      daysOverdue: T.Integer({ description: '0: not due, or no due date' }),
      amount: cents,
      open: cents,
      text: nullable(T.String()),
      documentField1: nullable(T.String()),
      dunningLevel: nullable(T.String()),
      dunningBlock: T.Boolean(),
      voucherId: nullable(id),
    }),
  ),
  next: nullable(T.String()),
});

const chartMonth = object({
  month,
  /** Whether anything was booked in it. */
  moved: T.Boolean(),
  revenue: cents,
  costs: cents,
  result: cents,
  /** Cash and banks at the end of the month. */
  cash: cents,
});
const partnerSum = object({ ...accountName, open: cents, overdue: cents, turnover: cents });
export const charts = object({
  basis,
  asOf: date,
  chart: nullable(oneOf(['SKR03', 'SKR04'])),
  months: T.Array(chartMonth),
  previousMonths: nullable(T.Array(chartMonth)),
  /** The ten that owe, or are owed, most. */
  debtors: T.Array(partnerSum),
  creditors: T.Array(partnerSum),
  ageing: object({ receivable: ageing, payable: ageing }),
});

export const postingsOfVoucher = object({
  rows: T.Array(
    T.Composite([postingLine, object({ basis, yearLabel: T.String(), final: T.Boolean() })], {
      additionalProperties: false,
    }),
  ),
});
