import { lookUpErrorCode } from './errorCodes.ts';
import { type Answer, type DatevFailure, EXCERPT_LIMIT, type FailureKind, failure, type Trace } from './failure.ts';
import { asFields, type Fields, field, parseJson, storable, text } from './lenient.ts';
import { maskSecrets } from './masking.ts';
import type { DatevRuntime } from './runtime.ts';

/** What the call was for; only an upload leaves something behind, so only there a server error is "unclear". */
export type CallPurpose = 'read' | 'upload';

/** Unpacked bytes: a list of 100,000 clients fits twice. */
const LONGEST_BODY = 32 * 1024 * 1024;

/**
 * Reads a body to its end, which has to come before it is longer than any answer of DATEV's: an endless one, or one packed a
 * thousandfold, would take the memory of the whole process.
 */
export async function takeBody(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    bytes += next.value.byteLength;
    if (bytes > LONGEST_BODY) {
      await reader.cancel();
      throw new Error(`the answer is longer than ${LONGEST_BODY} bytes`);
    }
    text += decoder.decode(next.value, { stream: true });
  }
  return text + decoder.decode();
}

/** Reads a body to its end and keeps what an attempt may remember of it. */
export async function takeAnswer(response: Response): Promise<{ body: string; trace: Trace }> {
  const body = await takeBody(response);
  return { body, trace: traceOf(response, body) };
}

function traceOf(response: Response, body: string): Trace {
  return {
    status: response.status,
    globalTransactionId: response.headers.get('x-global-transaction-id'),
    capRequestId: response.headers.get('v-cap-request-id'),
    // Masked before the cut, so that no token is cut in two and missed.
    excerpt: storable(maskSecrets(body.slice(0, 2 * EXCERPT_LIMIT)).slice(0, EXCERPT_LIMIT)),
  };
}

/** Interprets an answer that is not the documented success. Understands the three body shapes and an empty body. */
export function interpretFailure(response: Response, body: string, purpose: CallPurpose): DatevFailure {
  const fields = errorFields(body);
  const code = fields === null ? null : errorCode(fields);
  const trace = traceOf(response, body);
  return failure(kindOf(response.status, code, fields, body, purpose), {
    code,
    status: response.status,
    description:
      fields === null
        ? null
        : text(field(fields, 'error_description') ?? field(fields, 'detail') ?? field(fields, 'title')),
    helpUrl: fields === null ? null : helpUrl(fields),
    requestId: fields === null ? null : text(field(fields, 'request_id')),
    globalTransactionId: trace.globalTransactionId,
    capRequestId: trace.capRequestId,
    retryAfterSeconds: retryAfterSeconds(response.headers),
    excerpt: trace.excerpt,
    broken: response.status < 400 ? 'unreadableAnswer' : null,
  });
}

/** Some examples wrap the error object in a list of one. */
function errorFields(body: string): Fields | null {
  const json = parseJson(body);
  return asFields(Array.isArray(json) ? json[0] : json);
}

function errorCode(fields: Fields): string | null {
  const error = text(field(fields, 'error'))?.trim() ?? '';
  const dco = /DCO\d{5}/.exec(error)?.[0] ?? /DCO\d{5}/.exec(text(field(fields, 'error_uri')) ?? '')?.[0];
  if (dco !== undefined) return dco;
  if (error !== '') return storable(error.replace(/^#/, '').slice(0, 100));
  return /\/hilfe\/(\d+)/.exec(text(field(fields, 'type')) ?? '')?.[1] ?? null;
}

function helpUrl(fields: Fields): string | null {
  const address = text(field(fields, 'error_uri')) ?? text(field(fields, 'type'));
  return address !== null && /^https?:\/\//i.test(address) ? address : null;
}

/** `Retry-After` in seconds. The date form is left out: it needs a clock, and no source shows DATEV using it. */
function retryAfterSeconds(headers: Headers): number | null {
  const value = headers.get('retry-after')?.trim() ?? '';
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}

function kindOf(
  status: number,
  code: string | null,
  fields: Fields | null,
  body: string,
  purpose: CallPurpose,
): FailureKind {
  const known = code === null ? null : lookUpErrorCode(code);
  // A 5xx keeps its own meaning: a known 400 code behind a gateway error proves nothing about this call.
  if (known !== null && (status < 500 || known.statuses.includes(status))) return known.kind;
  if (status === 401) return saysAppRejected(body) ? 'appNotAllowed' : 'accessRefused';
  if (status === 403) return fields === null && body.trim() !== '' ? 'unknownRefusal' : 'rightMissing';
  if (status === 404) return 'datasetMissing';
  // Documented for PUT only, and there only for the GUID; the body is optional (cloud.md B.2).
  if (status === 409 && code === null && purpose === 'upload') return 'arrivedBefore';
  if (status === 408) return purpose === 'upload' ? 'unclear' : 'unavailable';
  if (status === 413) return 'tooLarge';
  if (status === 429) return 'rateLimited';
  if (status === 503) return 'unavailable';
  if (status >= 500) return purpose === 'upload' ? 'unclear' : 'unavailable';
  if (status < 400) return purpose === 'upload' ? 'unclear' : 'unavailable';
  if (status === 400 || status === 405 || status === 406 || status === 415) {
    return code === null ? 'misuse' : 'unknownRefusal';
  }
  return 'unknownRefusal';
}

/** The gateway's 401 for a missing or wrong `X-DATEV-Client-Id` (cloud.md A.7, seen live). */
function saysAppRejected(body: string): boolean {
  return /client id or secret/i.test(body) || /invalid_client/i.test(body);
}

// Error codes of Node's resolver, sockets and TLS that come before the first byte of the request.
const neverOpened = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Interprets what `fetch` threw. Whatever is not known to precede the first byte is unclear. */
export function interpretThrown(thrown: unknown): DatevFailure {
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'TimeoutError' || name === 'AbortError') {
    return failure('unclear', { broken: 'timeout', description: name });
  }
  const code = networkCode(thrown);
  if (code !== null && neverOpened.has(code)) {
    return failure('unreachable', { code, broken: 'notOpened', description: code });
  }
  const message = thrown instanceof Error ? maskSecrets(thrown.message).slice(0, 200) : 'unknown';
  return failure('unclear', { code, broken: 'cut', description: message });
}

function networkCode(thrown: unknown): string | null {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    const code = 'code' in error ? error.code : undefined;
    if (typeof code === 'string') return code;
    if (error instanceof AggregateError && error.errors.length > 0) return networkCode(error.errors[0]);
  }
  return null;
}

/** Sends and interprets; what `fetch` throws, or a body cut half-way, becomes a failure. */
export async function call<T>(
  runtime: Pick<DatevRuntime, 'fetch'>,
  request: Request,
  interpret: (response: Response) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  try {
    return await interpret(await runtime.fetch(request));
  } catch (thrown) {
    return { ok: false, failure: interpretThrown(thrown) };
  }
}

/** Interprets a JSON answer: `status` and `read` succeed, or a failure. */
export async function interpretJson<T>(
  response: Response,
  status: number,
  purpose: CallPurpose,
  read: (json: unknown) => T | null,
): Promise<Answer<T>> {
  const { body, trace } = await takeAnswer(response);
  if (response.status !== status) return { ok: false, failure: interpretFailure(response, body, purpose) };
  const value = read(parseJson(body));
  if (value !== null) return { ok: true, value, trace };
  return {
    ok: false,
    failure: failure('unclear', {
      ...trace,
      broken: 'unreadableAnswer',
      description: 'answer has not the expected form',
    }),
  };
}
