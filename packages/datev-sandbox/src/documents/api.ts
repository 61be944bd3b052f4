import type { Caller } from '../bearer.ts';
import { isVisible, visibleClients } from '../clients-api.ts';
import { type Typing, typingOf, writeBoolean, writeDate, writeNumber } from '../loose.ts';
import type { State } from '../state.ts';
import { type Answer, jsonAnswer } from '../wire.ts';
import { clientIdOf, type FiscalYear, type SandboxClient } from '../world.ts';
import { bareError, documentError } from './errors.ts';
import { allowedExtensions } from './file-rules.ts';
import { visibleTypes } from './metadata.ts';

export const READ_SCOPE = 'accounting:clients:read';
export const UPLOAD_SCOPE = 'accounting:documents';

/** `GET /clients` of accounting:documents: another list than accounting:clients, with another scope, no paging. */
export function listDocumentClients(state: State, caller: Caller): Answer {
  if (!caller.session.scopes.includes(READ_SCOPE)) return documentError(state, 'DCO01005');
  if (caller.session.boundTo !== undefined) return bareError(state, 403);
  const clients = visibleClients(state, caller.person);
  if (clients.length === 0) return bareError(state, state.switches.emptyClientList);
  const typing = typingOf(state);
  return jsonAnswer(
    200,
    clients.map((client) => head(client, typing)),
  );
}

/** `GET /clients/{client-id}`: ClientBasics with the last three fiscal years. */
export function getDocumentClient(state: State, client: SandboxClient): Answer {
  if (!client.accountBasicsConsistent) return documentError(state, 'DCO01009');
  const typing = typingOf(state);
  return jsonAnswer(200, {
    ...head(client, typing),
    is_document_management_available: writeBoolean(typing, client.stock),
    basic_accounting_information: client.fiscalYears.slice(-3).map((year) => fiscalYear(year, typing)),
  });
}

/** `GET /clients/{client-id}/document-types`. Empty when there is no stock. */
export function listDocumentTypes(caller: Caller, client: SandboxClient): Answer {
  const types = client.stock ? visibleTypes(client, caller.person) : [];
  return jsonAnswer(
    200,
    types.map((type) => ({
      name: type.name,
      category: type.category,
      ...(type.debitCreditIdentifier === undefined ? {} : { debit_credit_identifier: type.debitCreditIdentifier }),
    })),
  );
}

/** `GET /clients/{client-id}/duo-version`: which file types this client's Belege online takes. */
export function getDuoVersion(state: State, client: SandboxClient): Answer {
  if (!client.stock) return bareError(state, 404);
  const { single, stapled } = allowedExtensions(client);
  return jsonAnswer(200, {
    allowed_file_extensions: single,
    allowed_staple_file_extensions: stapled,
    staple_logic: client.duo === 'next' ? 'logically' : 'physically',
  });
}

/**
 * Scope, existence and access for a call about one client: 403 DCO01005, 404, 403 with a request id only.
 * Calls that need the scope for uploads need the person's right "Belege" and the client's service as well.
 */
export function checkClientAccess(
  state: State,
  caller: Caller,
  clientId: string,
  scope: string,
): SandboxClient | Answer {
  if (!caller.session.scopes.includes(scope)) return documentError(state, 'DCO01005');
  const client = state.index.clients.get(clientId);
  if (client === undefined) return bareError(state, 404);
  if (!isVisible(caller, clientId)) return bareError(state, 403);
  if (scope === UPLOAD_SCOPE) {
    const mayUpload = caller.person.access[clientId]?.includes('documents') ?? false;
    if (!mayUpload || !client.services.includes('Belegbilderservice')) return bareError(state, 403);
  }
  return client;
}

function head(client: SandboxClient, typing: Typing): object {
  return {
    client_number: writeNumber(typing, client.clientNumber),
    consultant_number: writeNumber(typing, client.consultantNumber),
    id: clientIdOf(client),
    name: client.name,
  };
}

function fiscalYear(year: FiscalYear, typing: Typing): object {
  return {
    fiscal_year_start: writeDate(typing, year.start),
    fiscal_year_end: writeDate(typing, year.end),
    account_length: writeNumber(typing, year.accountLength),
    ledgers: {
      is_accounts_payable_ledger_available: writeBoolean(typing, year.payableLedger),
      is_accounts_receivable_ledger_available: writeBoolean(typing, year.receivableLedger),
      is_cash_ledger_available: writeBoolean(typing, year.cashLedger),
    },
  };
}
