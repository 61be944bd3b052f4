import { BadInput, number, object, optionalNumber, string } from '../control/input.ts';
import { answerControl, type Routes, text, wholeNumber } from '../control/routes.ts';
import type { Answer, Call } from '../wire.ts';
import { taxRules } from './books/taxRules.ts';
import type { Books, Entry } from './books/types.ts';
import type { Correction, NewBooking, Unseen } from './control.ts';
import type { OnPremControl } from './sandbox.ts';
import type { OnPremState } from './state.ts';

/** A sandbox and the server it stands behind. */
export type Controlled = { control: OnPremControl; setClosed(closed: boolean): Promise<void> };

const routes: Routes<Controlled> = {
  'GET /books': ({ sandbox }) => sandbox.control.books().map(summaryOf),
  'GET /books/*/entries': ({ sandbox, path, query }) => {
    const [from, to] = [query.get('from') ?? '', query.get('to') ?? '9'];
    const limit = wholeNumber(query, 'limit') ?? 100;
    const entries = booksOf(sandbox, path).years.flatMap((year) => year.entries);
    return entries.filter(({ date }) => from <= date && date <= to).slice(0, limit);
  },
  'GET /books/*/items': ({ sandbox, path, query }) => {
    const items = booksOf(sandbox, path).years.at(-1)?.items ?? [];
    return query.get('open') === 'true' ? items.filter(({ amount, paid }) => amount !== paid) : items;
  },
  'POST /books/*/entries': ({ sandbox, path: [, guid = ''], body }) => sandbox.control.book(guid, readBooking(body)),
  'PATCH /books/*/entries/*': ({ sandbox, path: [, guid = '', , id = ''], body }) =>
    sandbox.control.correct(guid, id, readCorrection(body)),
  'DELETE /books/*/entries/*': ({ sandbox, path: [, guid = '', , id = ''] }) => sandbox.control.remove(guid, id),
  'POST /books/*/corrections/*': ({ sandbox, path: [, guid = '', , month = ''], body }) => ({
    entries: sandbox.control.correctMonth(guid, month, readUnseen(body)),
  }),
  'POST /books/*/final/*': ({ sandbox, path: [, guid = '', , batch = ''], body }) =>
    sandbox.control.finalise(guid, batch, text(body, 'day')),
  'POST /books/*/payments/*': ({ sandbox, path: [, guid = '', , item = ''], body }) =>
    sandbox.control.pay(guid, item, text(body, 'date')),
  'PATCH /books/*/partners/*': ({ sandbox, path: [, guid = '', , account = ''], body }) =>
    sandbox.control.renamePartner(guid, Number(account), text(body, 'name'), text(body, 'changedAt')),
  'POST /books/*/years': ({ sandbox, path: [, guid = ''] }) => {
    const { begin, end } = sandbox.control.addYear(guid);
    return { begin, end };
  },
  'PUT /books/*/right': ({ sandbox, path, body }) => {
    const { guid } = booksOf(sandbox, path);
    const { refused } = sandbox.control.state;
    if (readFlag(object(body, 'right'), 'given')) refused.delete(guid);
    else refused.add(guid);
    return stateOf(sandbox);
  },
  'GET /state': ({ sandbox }) => stateOf(sandbox),
  'PATCH /state': async ({ sandbox, body }) => {
    const { closed, ...patch } = readState(body);
    Object.assign(sandbox.control.state, patch);
    if (closed !== undefined) await sandbox.setClosed(closed);
    return stateOf(sandbox);
  },
  'GET /calls/counts': ({ sandbox }) => sandbox.control.callCounts(),
};

/** The control API of the firm's server: what staff do, and what is wrong there. */
export const onPremControlAnswer = (controlled: Controlled, call: Call): Promise<Answer> =>
  answerControl(routes, controlled, call);

function booksOf({ control }: Controlled, [, guid]: string[]): Books {
  const found = control.books().find((one) => one.guid === guid);
  if (!found) throw new BadInput(`client ${guid}`);
  return found;
}

function summaryOf({ guid, number: central, name, consultantNumber, clientNumber, chart, years }: Books) {
  const spans = years.map(({ begin, end, locked, sequences, inside }) => ({
    begin,
    end,
    locked,
    postings: inside.sums().postings,
    openBatches: sequences.filter(({ committedAt }) => committedAt === null).map((one) => one.number),
  }));
  return { guid, number: central, name, consultantNumber, clientNumber, chart, years: spans };
}

const stateOf = ({ control: { state } }: Controlled) => ({ ...state, refused: [...state.refused] });

function readBooking(body: unknown): NewBooking {
  const fields = object(body, 'entry');
  const { tax, documentField1, documentLink } = fields;
  return {
    date: string(fields['date'], 'date'),
    account: number(fields, 'account', 1, 999_999_999),
    contra: number(fields, 'contra', 1, 999_999_999),
    amount: cents(fields, 'amount'),
    text: string(fields['text'], 'text'),
    ...(tax === undefined ? {} : { tax: readTax(tax) }),
    ...(documentField1 === undefined ? {} : { documentField1: string(documentField1, 'documentField1') }),
    ...(documentLink === undefined ? {} : { documentLink: string(documentLink, 'documentLink') }),
  };
}

function cents(fields: Record<string, unknown>, name: string): number {
  const amount = number(fields, name, 1, Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(amount)) throw new BadInput(`${name}, in whole cents`);
  return amount;
}

function readTax(value: unknown): NonNullable<NewBooking['tax']> {
  const known = isTax(value) ? value : null;
  if (known === null) throw new BadInput(`tax: one of ${Object.keys(taxRules).join(', ')}`);
  return known;
}

const isTax = (value: unknown): value is keyof typeof taxRules =>
  typeof value === 'string' && Object.hasOwn(taxRules, value);

function readCorrection(body: unknown): Correction {
  const fields = object(body, 'correction');
  const change: { -readonly [Name in keyof Correction]: Entry[Name] } = {};
  for (const name of ['text', 'date'] as const)
    if (fields[name] !== undefined) change[name] = string(fields[name], name);
  for (const name of ['account', 'contra'] as const) {
    const account = optionalNumber(fields, name, 1, 999_999_999);
    if (account !== undefined) change[name] = account;
  }
  if (fields['amount'] !== undefined) change.amount = cents(fields, 'amount');
  const { documentLink } = fields;
  if (documentLink !== undefined)
    change.documentLink = documentLink === null ? null : string(documentLink, 'documentLink');
  return change;
}

function readUnseen(body: unknown): Unseen {
  const what = text(body, 'what');
  if (what !== 'text' && what !== 'link' && what !== 'amounts') throw new BadInput('what: text, link or amounts');
  return what;
}

function readState(body: unknown): Partial<Omit<OnPremState, 'refused'>> {
  const fields = object(body, 'state');
  const state: Partial<Omit<OnPremState, 'refused'>> = {};
  for (const name of ['closed', 'dongle', 'prohibited', 'postingLicence', 'dmsLicence', 'stalePath'] as const)
    if (fields[name] !== undefined) state[name] = readFlag(fields, name);
  const delay = optionalNumber(fields, 'delayMilliseconds', 0, 600_000);
  if (delay !== undefined) state.delayMilliseconds = delay;
  const { withoutAccept } = fields;
  if (withoutAccept === 'xml' || withoutAccept === 'refused') state.withoutAccept = withoutAccept;
  else if (withoutAccept !== undefined) throw new BadInput('withoutAccept: xml or refused');
  return state;
}

function readFlag(fields: Record<string, unknown>, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') throw new BadInput(name);
  return value;
}
