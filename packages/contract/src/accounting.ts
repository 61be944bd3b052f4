import { Type as T } from '@sinclair/typebox';
import {
  accountParams,
  accountSheet,
  bwa,
  charts,
  figureYear,
  journal,
  openItems,
  postingsOfVoucher,
  sums,
  syncState,
  yearParams,
} from './accountingShapes.ts';
import { endpoint } from './endpoint.ts';
import { cursor, id, language, mandantParams, month, object, oneOf, words } from './parts.ts';

const tag = 'Auswertungen';
const read = { who: 'mandant', right: 'read' } as const;
const reads = { none: 'reads' } as const;

/** First and last month of what is shown; the whole year unless said. */
const period = { from: T.Optional(month), to: T.Optional(month) };
const page = { cursor: T.Optional(cursor), limit: T.Optional(T.Integer({ minimum: 1, maximum: 500 })) };
const text = T.Optional(words(100));

const bwaFilter = { month: T.Optional(month) };
const sumsFilter = {
  ...period,
  class: T.Optional(oneOf(['general', 'debtor', 'creditor'])),
  /** Beginning of the number, or words of the caption. */
  text,
};
const order = T.Optional(oneOf(['oldestFirst', 'newestFirst']));
const sheetFilter = { ...period, text, order };
const journalFilter = {
  ...period,
  account: T.Optional(T.Integer({ minimum: 0, maximum: 999_999_999 })),
  /** Part of text, document number or batch; an amount as `1.234,56` also finds that amount. */
  text,
  order,
};
const itemsFilter = {
  side: oneOf(['receivable', 'payable']),
  state: T.Optional(oneOf(['open', 'overdue', 'notDue'])),
  account: T.Optional(T.Integer({ minimum: 0, maximum: 999_999_999 })),
  /** Part of name, text or document number. */
  text,
  order: T.Optional(oneOf(['dueDate', 'amount', 'account'])),
};

/** A table "as displayed": under the same filter, with the columns named (all unless said), in the language of the page. */
const exported = {
  format: oneOf(['csv', 'xlsx', 'pdf']),
  columns: T.Optional(T.String({ maxLength: 500, pattern: '^[A-Za-z0-9]+(,[A-Za-z0-9]+)*$' })),
  language: T.Optional(language),
};
const exportErrors = ['export_too_large'] as const;

export const figures = {
  state: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/state',
    tag,
    summary: 'Where the synchronisation stands: run under way with progress, last and next run',
    access: read,
    apiKey: true,
    history: reads,
    params: mandantParams,
    answer: syncState,
  }),
  refresh: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/figures/refresh',
    tag,
    summary: '„Jetzt aktualisieren“: ask DATEV for the newest state',
    access: read,
    history: ['figures.refreshAsked'],
    params: mandantParams,
    status: 202,
    answer: object({ running: T.Boolean({ description: 'A run was under way already' }) }),
    errors: ['figures_off', 'too_many_requests'],
  }),
  changeSettings: endpoint({
    method: 'PATCH',
    path: '/mandanten/:mandantId/figures/settings',
    tag,
    summary: 'How often current and previous year are read whole',
    access: { who: 'mandant', right: 'connections' },
    history: ['figures.settingsChanged'],
    params: mandantParams,
    body: object({ wholeEveryDays: T.Integer({ minimum: 1, maximum: 31 }) }),
    status: 204,
    errors: ['figures_off'],
  }),
  years: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years',
    tag,
    summary: 'Fiscal years, newest first, with their months and what is known to differ',
    access: read,
    apiKey: true,
    history: reads,
    params: mandantParams,
    answer: object({ years: T.Array(figureYear) }),
  }),
  bwa: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/bwa',
    tag,
    summary: 'BWA: short-term result by month, previous year, cumulated, each line with its accounts',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    /** The last month with a posting unless said. */
    query: object(bwaFilter),
    answer: bwa,
  }),
  sums: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/accounts',
    tag,
    summary: 'Summen und Salden: one row per account, by number',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...sumsFilter, ...page }),
    answer: sums,
  }),
  account: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/accounts/:account',
    tag,
    summary: 'Kontoblatt: movements of one account with running balance, between opening and closing one',
    access: read,
    apiKey: true,
    history: reads,
    params: accountParams,
    query: object({ ...sheetFilter, ...page }),
    answer: accountSheet,
  }),
  journal: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/postings',
    tag,
    summary: 'Journal: all postings, and the search in them',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...journalFilter, ...page }),
    answer: journal,
  }),
  openItems: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/open-items',
    tag,
    summary: 'Offene Posten of debtors or creditors, with ageing',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...itemsFilter, ...page }),
    answer: openItems,
  }),
  charts: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/charts',
    tag,
    summary: 'Result and cash by month, top debtors and creditors, ageing',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    answer: charts,
  }),
  postingsOfVoucher: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/vouchers/:voucherId/postings',
    tag,
    summary: 'Where a voucher was booked („gebucht am …“)',
    access: read,
    apiKey: true,
    history: reads,
    params: object({ mandantId: id, voucherId: id }),
    answer: postingsOfVoucher,
  }),
  exportBwa: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/bwa/file',
    tag,
    summary: 'The BWA as file',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    /**
     * `accounts`: each line with its accounts; `used`: without lines in which nothing was booked, in this year and the one before; the
     * column `months` stands for one per month.
     */
    query: object({ ...bwaFilter, accounts: T.Optional(T.Boolean()), used: T.Optional(T.Boolean()), ...exported }),
    gives: 'file',
    errors: exportErrors,
  }),
  exportSums: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/accounts/file',
    tag,
    summary: 'Summen und Salden as file',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...sumsFilter, ...exported }),
    gives: 'file',
    errors: exportErrors,
  }),
  exportAccount: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/accounts/:account/file',
    tag,
    summary: 'A Kontoblatt as file',
    access: read,
    apiKey: true,
    history: reads,
    params: accountParams,
    query: object({ ...sheetFilter, ...exported }),
    gives: 'file',
    errors: exportErrors,
  }),
  exportJournal: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/postings/file',
    tag,
    summary: 'The journal, or what a search found in it, as file',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...journalFilter, ...exported }),
    gives: 'file',
    errors: exportErrors,
  }),
  exportOpenItems: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/figures/years/:yearNo/open-items/file',
    tag,
    summary: 'Offene Posten as file',
    access: read,
    apiKey: true,
    history: reads,
    params: yearParams,
    query: object({ ...itemsFilter, ...exported }),
    gives: 'file',
    errors: exportErrors,
  }),
};
