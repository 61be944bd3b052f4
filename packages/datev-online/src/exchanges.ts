import { EXCERPT_LIMIT } from './failure.ts';
import { storable } from './lenient.ts';
import { MASK, maskSecrets } from './masking.ts';
import type { HttpFetch } from './runtime.ts';

/** One HTTP call to DATEV as the technical log keeps it (G-30). Free of tokens, secrets and uploaded content. */
export interface Exchange {
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly method: string;
  /** Full address with its query; values of secret parameters are masked. */
  readonly url: string;
  /** Without `Authorization` and other carriers of secrets; names in lower case. */
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** null when there was no answer. */
  readonly status: number | null;
  readonly globalTransactionId: string | null;
  readonly capRequestId: string | null;
  /** Of answers with 400 and above only; at most 4,096 characters, tokens masked. */
  readonly errorBody: string | null;
  /** What `fetch` threw, when it threw; at most 200 characters. */
  readonly error: string | null;
}

/**
 * Takes entries in. May answer with a promise; it is waited for, so that an entry stands in the log before its answer is
 * acted on. What it throws goes to `onLost` and never to the caller: an answer of DATEV must not be lost to its log.
 */
export type ExchangeSink = (exchange: Exchange) => void | Promise<void>;

/** Wraps a `fetch` so that every call through it leaves an {@link Exchange}. `clock`: milliseconds since 1970 UTC. */
export function recordExchanges(
  fetch: HttpFetch,
  sink: ExchangeSink,
  clock: () => number,
  onLost: (thrown: unknown) => void = () => {},
): HttpFetch {
  return async (request) => {
    const startedAt = new Date(clock());
    const secrets = await secretsOf(request);
    const put = async (end: Pick<Exchange, 'status' | 'errorBody' | 'error'>, headers: Headers | null) => {
      try {
        await sink({
          startedAt,
          endedAt: new Date(clock()),
          method: request.method,
          url: maskSecrets(request.url, secrets),
          requestHeaders: loggedHeaders(request.headers, secrets),
          globalTransactionId: headers?.get('x-global-transaction-id') ?? null,
          capRequestId: headers?.get('v-cap-request-id') ?? null,
          ...end,
        });
      } catch (thrown) {
        onLost(thrown);
      }
    };
    let response: Response;
    try {
      response = await fetch(request);
    } catch (thrown) {
      const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'unknown';
      await put({ status: null, errorBody: null, error: storable(maskSecrets(message, secrets).slice(0, 200)) }, null);
      throw thrown;
    }
    const errorBody =
      response.status < 400 ? null : storable(maskSecrets(await beginning(response), secrets).slice(0, EXCERPT_LIMIT));
    await put({ status: response.status, errorBody, error: null }, response.headers);
    return response;
  };
}

const carriers = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-datev-client-secret']);

function loggedHeaders(headers: Headers, secrets: readonly string[]): Record<string, string> {
  const kept: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (!carriers.has(name.toLowerCase())) kept[name.toLowerCase()] = maskSecrets(value, secrets);
  });
  return kept;
}

const secretFields = [
  'token',
  'refresh_token',
  'access_token',
  'code',
  'code_verifier',
  'client_secret',
  'id_token_hint',
];

/** The secrets that this request carries: its answer may repeat them. */
async function secretsOf(request: Request): Promise<string[]> {
  const secrets: string[] = [];
  const credentials = request.headers.get('authorization')?.split(/\s+/)[1];
  if (credentials !== undefined) {
    secrets.push(credentials);
    if (/^basic /i.test(request.headers.get('authorization') ?? '')) secrets.push(...basicSecret(credentials));
  }
  const clientSecret = request.headers.get('x-datev-client-secret');
  if (clientSecret !== null) secrets.push(clientSecret);
  const forms = [new URL(request.url).searchParams];
  if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true) {
    forms.push(new URLSearchParams(await request.clone().text()));
  }
  for (const form of forms) {
    for (const name of secretFields) secrets.push(...form.getAll(name));
  }
  return secrets.filter((secret) => secret !== '' && secret !== MASK);
}

function basicSecret(credentials: string): string[] {
  const secret = Buffer.from(credentials, 'base64')
    .toString('utf8')
    .replace(/^[^:]*:/, '');
  try {
    return [secret, decodeURIComponent(secret.replaceAll('+', ' '))];
  } catch {
    return [secret];
  }
}

/** The first characters of a body, read from a copy so that the caller still gets all of it. */
async function beginning(response: Response): Promise<string> {
  const reader = response.clone().body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < 2 * EXCERPT_LIMIT) {
      const next = await reader.read();
      if (next.done) break;
      text += decoder.decode(next.value, { stream: true });
    }
    // Not waited for: the copy's end comes only when the caller has read or dropped the original.
    reader.cancel().catch(() => {});
  } catch {
    // A body cut half-way: what came is kept, and the caller finds out by reading.
  }
  // Twice as much as is kept: masking comes first, so that no token is cut in two and missed.
  return text.slice(0, 2 * EXCERPT_LIMIT);
}
