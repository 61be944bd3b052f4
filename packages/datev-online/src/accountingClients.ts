import { call, interpretFailure, takeAnswer } from './answers.ts';
import { apiRequest, type CallInput } from './apiRequest.ts';
import type { ClientSummary } from './documents/reads.ts';
import { type Answer, failure } from './failure.ts';
import { asFields, field, list, parseJson, text, whole } from './lenient.ts';
import type { DatevRuntime } from './runtime.ts';
import type { DatevOnlineSettings } from './settings.ts';

/** A data service of a client. Compare by `scopes`; the name is for people (cloud.md B.1). */
export interface ClientService {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** A client with the services it has ordered. */
export interface ServiceClient extends ClientSummary {
  readonly services: readonly ClientService[];
}

export interface ClientPage {
  readonly clients: readonly ServiceClient[];
  /** Clients in all pages; null when the answer does not say. */
  readonly total: number | null;
  /** Where the next page begins; null on the last one. */
  readonly nextSkip: number | null;
}

export interface ListClientsInput extends CallInput {
  /** Filter by equality; 1…9999999999. */
  readonly consultantNumber?: number;
  readonly clientNumber?: number;
  /** Clients to leave out at the front, 0 or more. */
  readonly skip?: number;
  /** Page size, 1–100; 100 when missing. */
  readonly top?: number;
}

/** One page of accounting:clients v2 (cloud.md B.1). Scope `datev:accounting:clients`, session tokens only. */
export function buildListClientsRequest(settings: DatevOnlineSettings, input: ListClientsInput): Request {
  const url = new URL(`${settings.accountingClientsUrl}/clients`);
  const conditions = [
    ...(input.consultantNumber === undefined ? [] : [`consultant_number eq ${input.consultantNumber}`]),
    ...(input.clientNumber === undefined ? [] : [`client_number eq ${input.clientNumber}`]),
  ];
  if (conditions.length > 0) url.searchParams.set('filter', conditions.join(' and '));
  if (input.skip !== undefined) url.searchParams.set('skip', String(input.skip));
  if (input.top !== undefined) url.searchParams.set('top', String(input.top));
  return apiRequest(settings, input, url.href);
}

export async function interpretListClients(response: Response): Promise<Answer<ClientPage>> {
  const { body, trace } = await takeAnswer(response);
  if (response.status !== 200) return { ok: false, failure: interpretFailure(response, body, 'read') };
  const json = parseJson(body);
  if (!Array.isArray(json)) {
    return { ok: false, failure: failure('unavailable', { ...trace, broken: 'unreadableAnswer' }) };
  }
  return {
    ok: true,
    trace,
    value: {
      clients: list(json, readServiceClient),
      // DATEV's example repeats the header's name inside its value.
      total: whole(/\d+/.exec(response.headers.get('total-items') ?? '')?.[0]),
      nextSkip: nextSkip(response.headers.get('link') ?? ''),
    },
  };
}

/** `<?skip=0&top=100>;rel="prev", <?skip=200&top=100>;rel="next"`: a query without a path. */
function nextSkip(link: string): number | null {
  const target = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(link)?.[1];
  return target === undefined ? null : whole(/[?&]skip=(\d+)/.exec(target)?.[1]);
}

/**
 * All pages, one after the other. Ends at the last page or with the first failure, which is yielded.
 *
 * Failures: `accessRefused`, `scopeMissing`, `misuse` (1008828), `unavailable`, `unclear`, `unreachable`.
 */
export async function* listClients(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: ListClientsInput,
): AsyncGenerator<Answer<ClientPage>, void, undefined> {
  let skip = input.skip ?? 0;
  for (;;) {
    const request = buildListClientsRequest(settings, {
      ...input,
      skip,
      signal: input.signal ?? runtime.newSignal?.(),
    });
    const answer = await call(runtime, request, interpretListClients);
    yield answer;
    // A next page that does not lie further on would go round for ever.
    if (!answer.ok || answer.value.nextSkip === null || answer.value.nextSkip <= skip) return;
    skip = answer.value.nextSkip;
  }
}

export interface GetClientInput extends CallInput {
  /** Technical id `<Beraternummer>-<Mandantennummer>`. */
  readonly clientId: string;
}

export function buildGetClientRequest(settings: DatevOnlineSettings, input: GetClientInput): Request {
  return apiRequest(settings, input, `${settings.accountingClientsUrl}/clients/${encodeURIComponent(input.clientId)}`);
}

export async function interpretGetClient(response: Response): Promise<Answer<ServiceClient>> {
  const { body, trace } = await takeAnswer(response);
  if (response.status !== 200) return { ok: false, failure: interpretFailure(response, body, 'read') };
  const value = readServiceClient(parseJson(body));
  if (value !== null) return { ok: true, value, trace };
  return { ok: false, failure: failure('unavailable', { ...trace, broken: 'unreadableAnswer' }) };
}

/** One client with its services. Works with a long-term token of that client. */
export async function getClient(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: GetClientInput,
): Promise<Answer<ServiceClient>> {
  const signal = input.signal ?? runtime.newSignal?.();
  return call(runtime, buildGetClientRequest(settings, { ...input, signal }), interpretGetClient);
}

function readServiceClient(json: unknown): ServiceClient | null {
  const fields = asFields(json);
  if (fields === null) return null;
  const [id, consultantNumber, clientNumber] = [
    text(field(fields, 'id')),
    whole(field(fields, 'consultant_number')),
    whole(field(fields, 'client_number')),
  ];
  if (id === null || consultantNumber === null || clientNumber === null) return null;
  return {
    id,
    name: text(field(fields, 'name')) ?? '',
    consultantNumber,
    clientNumber,
    services: list(field(fields, 'services'), readService),
  };
}

function readService(json: unknown): ClientService | null {
  const fields = asFields(json);
  if (fields === null) return null;
  return { name: text(field(fields, 'name')) ?? '', scopes: list(field(fields, 'scopes'), text) };
}
