import { call, interpretJson } from '../answers.ts';
import { apiRequest, type CallInput } from '../apiRequest.ts';
import type { Answer } from '../failure.ts';
import { asFields, day, field, flag, list, text, whole } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';

/** A client as both lists name it. `id` is technical and must never be shown (D-11). */
export interface ClientSummary {
  readonly id: string;
  readonly name: string;
  readonly consultantNumber: number;
  readonly clientNumber: number;
}

/** One of the last three fiscal years. Days as `YYYY-MM-DD`. */
export interface FiscalYear {
  readonly start: string;
  readonly end: string;
  /** Length of general ledger accounts, 4–8. */
  readonly accountLength: number | null;
  readonly accountsPayableLedger: boolean | null;
  readonly accountsReceivableLedger: boolean | null;
  readonly cashLedger: boolean | null;
}

/** What accounting:documents says about one client. */
export interface ClientBasics extends ClientSummary {
  /** Whether the Belege online stock exists; null when the answer does not say. */
  readonly belegeOnlineAvailable: boolean | null;
  readonly fiscalYears: readonly FiscalYear[];
}

export type DocumentCategory =
  | 'invoices_received'
  | 'outgoing_invoices'
  | 'personnel_documents'
  | 'travel_expense_documents'
  | 'other_documents';

/** A "Belegtyp" of the client; the category behind the name decides how it is processed (cloud.md E). */
export interface DocumentType {
  readonly name: string;
  /** null for a category that no documentation names. */
  readonly category: DocumentCategory | null;
  readonly debitCredit: 'debit' | 'credit' | null;
}

/** What this client's edition of Belege online accepts. Extensions in lower case without a dot. */
export interface DuoVersion {
  readonly fileExtensions: readonly string[];
  readonly stapleFileExtensions: readonly string[];
  readonly stapleLogic: string | null;
}

export interface ClientInput extends CallInput {
  /** Technical id `<Beraternummer>-<Mandantennummer>`. */
  readonly clientId: string;
}

function clientAddress(settings: DatevOnlineSettings, clientId: string, rest = ''): string {
  return `${settings.accountingDocumentsUrl}/clients/${encodeURIComponent(clientId)}${rest}`;
}

export function buildListClientsRequest(settings: DatevOnlineSettings, input: CallInput): Request {
  return apiRequest(settings, input, `${settings.accountingDocumentsUrl}/clients`);
}

export async function interpretListClients(response: Response): Promise<Answer<ClientSummary[]>> {
  return interpretJson(response, 200, 'read', (json) => (json === null ? null : list(json, readClientSummary)));
}

/**
 * All clients that the person may see, unpaged. Session tokens only: a long-term token has no right to list
 * (cloud.md A.5). Scope `accounting:clients:read`. `datasetMissing` means that the person has no client at all.
 */
export async function listClients(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: CallInput,
): Promise<Answer<ClientSummary[]>> {
  return call(runtime, buildListClientsRequest(settings, withSignal(runtime, input)), interpretListClients);
}

export function buildGetClientRequest(settings: DatevOnlineSettings, input: ClientInput): Request {
  return apiRequest(settings, input, clientAddress(settings, input.clientId));
}

export async function interpretGetClient(response: Response): Promise<Answer<ClientBasics>> {
  return interpretJson(response, 200, 'read', readClientBasics);
}

/**
 * One client with its fiscal years: the permission check that DATEV asks for (D-01, D-05).
 * Scope `accounting:clients:read`.
 */
export async function getClient(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: ClientInput,
): Promise<Answer<ClientBasics>> {
  return call(runtime, buildGetClientRequest(settings, withSignal(runtime, input)), interpretGetClient);
}

export function buildListDocumentTypesRequest(settings: DatevOnlineSettings, input: ClientInput): Request {
  return apiRequest(settings, input, clientAddress(settings, input.clientId, '/document-types'));
}

export async function interpretListDocumentTypes(response: Response): Promise<Answer<DocumentType[]>> {
  return interpretJson(response, 200, 'read', (json) => (json === null ? null : list(json, readDocumentType)));
}

/** The client's document types; may be empty. Scope `accounting:documents` (D-03, D-07). */
export async function listDocumentTypes(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: ClientInput,
): Promise<Answer<DocumentType[]>> {
  return call(runtime, buildListDocumentTypesRequest(settings, withSignal(runtime, input)), interpretListDocumentTypes);
}

export function buildGetDuoVersionRequest(settings: DatevOnlineSettings, input: ClientInput): Request {
  return apiRequest(settings, input, clientAddress(settings, input.clientId, '/duo-version'));
}

export async function interpretGetDuoVersion(response: Response): Promise<Answer<DuoVersion>> {
  return interpretJson(response, 200, 'read', readDuoVersion);
}

/** File types that this client's Belege online takes. Scope `accounting:clients:read`. */
export async function getDuoVersion(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: ClientInput,
): Promise<Answer<DuoVersion>> {
  return call(runtime, buildGetDuoVersionRequest(settings, withSignal(runtime, input)), interpretGetDuoVersion);
}

function withSignal<I extends CallInput>(runtime: DatevRuntime, input: I): I {
  return { ...input, signal: input.signal ?? runtime.newSignal?.() };
}

function readClientSummary(json: unknown): ClientSummary | null {
  const fields = asFields(json);
  if (fields === null) return null;
  const [id, consultantNumber, clientNumber] = [
    text(field(fields, 'id')),
    whole(field(fields, 'consultant_number')),
    whole(field(fields, 'client_number')),
  ];
  if (id === null || consultantNumber === null || clientNumber === null) return null;
  return { id, name: text(field(fields, 'name')) ?? '', consultantNumber, clientNumber };
}

function readClientBasics(json: unknown): ClientBasics | null {
  const fields = asFields(json);
  const summary = readClientSummary(json);
  if (fields === null || summary === null) return null;
  return {
    ...summary,
    belegeOnlineAvailable: flag(field(fields, 'is_document_management_available')),
    fiscalYears: list(field(fields, 'basic_accounting_information'), readFiscalYear),
  };
}

function readFiscalYear(json: unknown): FiscalYear | null {
  const fields = asFields(json);
  if (fields === null) return null;
  const [start, end] = [day(field(fields, 'fiscal_year_start')), day(field(fields, 'fiscal_year_end'))];
  if (start === null || end === null) return null;
  const ledgers = asFields(field(fields, 'ledgers')) ?? {};
  return {
    start,
    end,
    accountLength: whole(field(fields, 'account_length')),
    accountsPayableLedger: flag(field(ledgers, 'is_accounts_payable_ledger_available')),
    accountsReceivableLedger: flag(field(ledgers, 'is_accounts_receivable_ledger_available')),
    cashLedger: flag(field(ledgers, 'is_cash_ledger_available')),
  };
}

const categories: readonly DocumentCategory[] = [
  'invoices_received',
  'outgoing_invoices',
  'personnel_documents',
  'travel_expense_documents',
  'other_documents',
];

function readDocumentType(json: unknown): DocumentType | null {
  const fields = asFields(json);
  const name = fields === null ? null : text(field(fields, 'name'));
  if (fields === null || name === null || name === '') return null;
  const category = text(field(fields, 'category'));
  const sign = text(field(fields, 'debit_credit_identifier'));
  return {
    name,
    category: categories.find((known) => known === category) ?? null,
    debitCredit: sign === 'debit' || sign === 'credit' ? sign : null,
  };
}

function readDuoVersion(json: unknown): DuoVersion | null {
  const fields = asFields(json);
  if (fields === null) return null;
  return {
    fileExtensions: readExtensions(field(fields, 'allowed_file_extensions')),
    stapleFileExtensions: readExtensions(field(fields, 'allowed_staple_file_extensions')),
    stapleLogic: text(field(fields, 'staple_logic')),
  };
}

/** A list, or (older specification) one string with separators. */
function readExtensions(value: unknown): string[] {
  const words = typeof value === 'string' ? value.split(/[\s,;]+/) : list(value, text);
  return words.map((word) => word.trim().toLowerCase().replace(/^\./, '')).filter((word) => word !== '');
}
