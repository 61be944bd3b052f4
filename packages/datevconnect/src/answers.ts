import { type DatevFailure, type DatevMessage, type FailureKind, failure } from './failure.ts';
import { asFields, type Fields, parseJson, text } from './lenient.ts';
import type { WireAnswer } from './transport/transport.ts';

/** More than this of a body that is no list is not looked at. */
const BODY_LIMIT = 4 * 1024 * 1024;

/** Reads a small body to its end. */
export async function bodyText(answer: WireAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body) {
    length += chunk.length;
    if (length > BODY_LIMIT) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** What an answer of another status than 200 means (onprem.md A.4). */
export function interpretRefusal(answer: WireAnswer, body: string): DatevFailure {
  const fields = errorFields(parseJson(body));
  const server = answer.headers['server'];
  return failure(kindOf(answer.status, fields, body, String(server ?? '')), {
    status: answer.status,
    ...detailsOf(fields, answer),
  });
}

/** The failure in a body that came with status 200 and is an error envelope all the same; null when it is none. */
export function interpretEnvelope(json: unknown, answer: WireAnswer): DatevFailure | null {
  const fields = errorFields(json);
  if (fields === null) return null;
  const kind = kindByText(fields, JSON.stringify(json)) ?? (codeOf(fields) === 'DCO10400' ? 'dataRightMissing' : null);
  return failure(kind ?? 'unexpected', { status: answer.status, ...detailsOf(fields, answer) });
}

/** An answer that is not JSON: XML when the server did not understand `Accept`, a proxy's page, nothing at all. */
export function interpretOther(answer: WireAnswer, body: string): DatevFailure {
  const markup = body.trimStart().startsWith('<');
  return failure(markup ? 'notAcceptable' : 'unexpected', {
    status: answer.status,
    description: markup ? 'markup instead of JSON' : 'not JSON',
    requestId: requestIdOf(null, answer),
  });
}

/** The messages of an envelope whose severity is not Error: `REW11041` says that a list is partial. Null for an error or no envelope. */
export function messagesIn(json: unknown): readonly DatevMessage[] | null {
  const fields = errorFields(json);
  if (fields === null) return null;
  const code = codeOf(fields);
  const listed = Array.isArray(fields['additional_messages']) ? fields['additional_messages'].map(asFields) : [];
  const severities = listed.map((message) => text(message?.['severity'])?.toLowerCase());
  if (severities.includes('error') || (severities.length === 0 && code !== 'REW11041')) return null;
  return [{ id: code ?? '', description: text(fields['error_description']) ?? '' }];
}

function errorFields(json: unknown): Fields | null {
  const fields = asFields(Array.isArray(json) && json.length === 1 ? json[0] : json);
  return fields !== null && 'error' in fields && ('error_description' in fields || 'additional_messages' in fields)
    ? fields
    : null;
}

function detailsOf(fields: Fields | null, answer: WireAnswer) {
  return {
    code: fields === null ? null : codeOf(fields),
    description: fields === null ? null : text(fields['error_description']),
    requestId: requestIdOf(fields, answer),
  };
}

function requestIdOf(fields: Fields | null, answer: WireAnswer): string | null {
  const header = answer.headers['requestid'];
  return text(fields?.['request_id']) ?? (typeof header === 'string' ? header : null);
}

/** `DCO10400` and the like, also when it stands in a message only. */
function codeOf(fields: Fields): string | null {
  const error = text(fields['error']);
  return /[A-Z]{1,4}\d{5,8}/.exec(error ?? '')?.[0] ?? error?.slice(0, 60) ?? null;
}

function kindOf(status: number, fields: Fields | null, body: string, server: string): FailureKind {
  if (status === 401) return 'unauthorised';
  if (status === 406) return 'notAcceptable';
  const byText = fields === null ? null : kindByText(fields, body);
  if (byText !== null) return byText;
  if (status === 403) {
    // http.sys refuses before DATEV sees the call; its name stands in `Server`, the body is empty.
    return body.trim() === '' && /HTTPAPI/i.test(server) ? 'handshakeRefused' : 'dataRightMissing';
  }
  if (status === 404) return 'notFound';
  if (status === 408 || status === 429 || status >= 500) return 'unavailable';
  return status === 400 ? 'misuse' : 'unexpected';
}

/** Licence and domain problems have no documented status; they are known by words (onprem.md A.4). */
function kindByText(fields: Fields, body: string): FailureKind | null {
  if (codeOf(fields) === 'DCO10400') return 'dataRightMissing';
  if (/lizenz|K0001928|63218/i.test(body)) return 'licenceMissing';
  if (/plug-?in/i.test(body)) return 'domainMissing';
  return null;
}

const byErrorCode: Readonly<Record<string, FailureKind>> = {
  ECONNREFUSED: 'connectionRefused',
  ECONNRESET: 'connectionReset',
  EPIPE: 'connectionReset',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ETIMEDOUT: 'timedOut',
  EPROTO: 'certificateWrong',
  PINNED_CERTIFICATE_DIFFERS: 'certificateWrong',
  NOT_AN_NTLM_CHALLENGE: 'handshakeRefused',
  ABORT_ERR: 'cancelled',
};

/**
 * What the network threw.
 *
 * @param begun whether the head of the answer was there already: then the connection was not refused but cut
 */
export function interpretThrown(thrown: unknown, begun: boolean): DatevFailure {
  const error = firstOf(thrown);
  const code = error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (error?.name === 'AbortError') return failure('cancelled', { code });
  const byCode = code === null ? null : code.startsWith('ERR_SSL_') ? 'certificateWrong' : byErrorCode[code];
  const kind = byCode ?? 'unexpected';
  const cut = begun && (kind === 'connectionReset' || kind === 'unexpected');
  // Node's own words name hosts and codes, never a header.
  return failure(cut ? 'cut' : kind, { code, description: error?.message ?? null });
}

/** Node tries several addresses of a name and throws all failures together. */
function firstOf(thrown: unknown): Error | null {
  if (thrown instanceof AggregateError) return firstOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown : null;
}
