import {
  type ConnectorOrder,
  type ConnectorOrderKind,
  type ConnectorRow,
  mostInBlock,
  type OrderEnd,
  orderFailureCodes,
  probeCodes,
} from '@bruecke/model';
import { type Static, Type as T, type TSchema } from '@sinclair/typebox';
import { nullable, object, oneOf, words } from './parts.ts';

// Accounting data on the wire, field by field as packages/model/src/figures.ts has it (checked at the end of this file).

const day = T.String({ pattern: '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', description: 'YYYY-MM-DD' });
/** GUIDs travel as DATEV writes them, whatever their case. */
export const datevGuid = T.String({
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'],
});
const fiscalYearId = T.String({ pattern: '^[0-9]{8}$', description: 'First day, YYYYMMDD' });
const cents = T.Integer({ minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER });
const account = T.Integer({ minimum: 0, maximum: 999_999_999 });
const month = T.Integer({ minimum: 1, maximum: 12 });
const count = T.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** DATEV's fields are far shorter; whoever writes a row cuts longer ones off. */
export const longestText = 1000;
const text = T.String({ maxLength: longestText });
const stamp = T.String({ maxLength: 40, description: 'ISO 8601 as DATEV gives it' });
/** Columns of a block of postings; that all are of one length, the reader checks. */
const column = <S extends TSchema>(schema: S) => T.Array(schema, { minItems: 1, maxItems: mostInBlock });
const sparse = <S extends TSchema>(schema: S) =>
  T.Unsafe<Static<S>[] | null>({ type: ['array', 'null'], items: schema, minItems: 1, maxItems: mostInBlock });
/** Said as two types of one schema instead of one of two schemas: checked without trying the first and failing. */
const orNull = <S extends TSchema>(schema: S) =>
  T.Unsafe<Static<S> | null>({ ...schema, type: [schema['type'], 'null'] });
const yearAtDatev = { clientGuid: datevGuid, fiscalYearId };

/** What the hub may ask for; the connector has the same list of its own and refuses anything else. */
export const connectorOrder = T.Union([
  object({ kind: T.Literal('probe'), clientGuid: nullable(datevGuid) }),
  object({ kind: T.Literal('listClients') }),
  object({ kind: T.Literal('listYears'), clientGuid: datevGuid }),
  object({ kind: T.Literal('checkYear'), ...yearAtDatev }),
  object({ kind: T.Literal('readPostings'), ...yearAtDatev, from: day, to: day, expectedRows: count }),
  object({ kind: T.Literal('readRecords'), ...yearAtDatev, sequenceIds: T.Array(text, { maxItems: 10_000 }) }),
  object({ kind: T.Literal('readOpenItems'), ...yearAtDatev }),
  object({ kind: T.Literal('readPartners'), ...yearAtDatev, since: nullable(stamp) }),
  object({ kind: T.Literal('readTermsOfPayment'), ...yearAtDatev }),
]);

/** One schema per kind of row; a line of a part fits exactly one of them. */
export const connectorRows = {
  client: object({ row: T.Literal('client'), guid: datevGuid, number: text, name: text }),
  year: object({
    row: T.Literal('year'),
    ...yearAtDatev,
    begin: day,
    end: day,
    consultantNumber: T.Integer({ minimum: 0, maximum: 9_999_999 }),
    mandantNumber: T.Integer({ minimum: 0, maximum: 99_999 }),
    accountLength: T.Integer({ minimum: 4, maximum: 8 }),
    accountSystem: nullable(T.Integer()),
    currency: T.String({ maxLength: 10 }),
    locked: T.Boolean(),
  }),
  statistics: object({
    row: T.Literal('statistics'),
    month: T.Integer({ minimum: 1, maximum: 15 }),
    journal: count,
    primaNota: count,
  }),
  balance: object({
    row: T.Literal('balance'),
    account,
    caption: text,
    opening: cents,
    balance: cents,
    debit: cents,
    credit: cents,
    months: T.Array(object({ month, turnover: cents }), { maxItems: 12 }),
  }),
  batch: object({
    row: T.Literal('batch'),
    id: text,
    number: text,
    description: nullable(text),
    from: nullable(day),
    to: nullable(day),
    committed: T.Boolean(),
    committedAt: nullable(day),
    initials: nullable(text),
  }),
  postings: object({
    row: T.Literal('postings'),
    account: column(account),
    contraAccount: sparse(orNull(account)),
    date: column(day),
    debit: column(cents),
    credit: column(cents),
    batchNumber: sparse(orNull(text)),
    text: sparse(orNull(text)),
    documentField1: sparse(orNull(text)),
    documentField2: sparse(orNull(text)),
    documentLink: sparse(orNull(text)),
    taxKey: sparse(orNull(T.Integer())),
    taxRate: sparse(orNull(T.Number())),
    opening: sparse(T.Boolean()),
    generalReversal: sparse(T.Boolean()),
    costCenter1: sparse(orNull(text)),
    costCenter2: sparse(orNull(text)),
  }),
  openItem: object({
    row: T.Literal('openItem'),
    side: oneOf(['receivable', 'payable']),
    id: text,
    account,
    date: nullable(day),
    dueDate: nullable(day),
    amount: cents,
    open: cents,
    cleared: T.Boolean(),
    text: nullable(text),
    documentField1: nullable(text),
    documentLink: nullable(text),
    dunningLevel: nullable(text),
    dunningBlock: T.Boolean(),
  }),
  partner: object({
    row: T.Literal('partner'),
    side: oneOf(['debtor', 'creditor']),
    account,
    name: text,
    partnerNumber: nullable(text),
    city: nullable(text),
    changedAt: nullable(stamp),
  }),
  term: object({ row: T.Literal('term'), id: text, caption: text, dueInDays: nullable(T.Integer()) }),
  probe: object({
    row: T.Literal('probe'),
    step: oneOf(['reachable', 'echo', 'domains', 'identity', 'clients', 'client', 'postings', 'dms']),
    code: oneOf(probeCodes),
    detail: nullable(text),
  }),
} as const;

/** The rows that may answer an order; the hub refuses others. */
export const rowsOfOrder: Record<ConnectorOrderKind, readonly ConnectorRow['row'][]> = {
  probe: ['probe'],
  listClients: ['client', 'year'],
  listYears: ['year'],
  checkYear: ['statistics', 'balance', 'batch'],
  readPostings: ['postings'],
  readRecords: ['postings'],
  readOpenItems: ['openItem'],
  readPartners: ['partner'],
  readTermsOfPayment: ['term'],
};

export const orderEnd = T.Union([
  object({ ok: T.Literal(true), rows: count, calls: count }),
  object({
    ok: T.Literal(false),
    rows: count,
    calls: count,
    code: oneOf(orderFailureCodes),
    detail: nullable(words(longestText)),
  }),
]);

// The schemas and the model's types say the same: a field that only one of them has does not compile.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Rows = { [Kind in keyof typeof connectorRows]: Static<(typeof connectorRows)[Kind]> };
const _same: [
  Same<Rows[keyof Rows], ConnectorRow>,
  Same<keyof Rows, ConnectorRow['row']>,
  Same<Static<typeof connectorOrder>, ConnectorOrder>,
  Same<Static<typeof orderEnd>, OrderEnd>,
] = [true, true, true, true];
void _same;
