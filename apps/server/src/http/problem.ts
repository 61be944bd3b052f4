import type { Problem } from '@bruecke/contract';
import { type ErrorCode, errorCodes } from '@bruecke/model';
import { isDatabaseAway } from '../db/databaseAway.ts';
import { isUnstorable } from '../db/violation.ts';
import { Refusal, type RefusalDetails } from '../refusal.ts';

/** RFC 9457 problem details for one of our codes. */
export function problemOf(code: ErrorCode, requestId: string, details: RefusalDetails = {}): Problem {
  const { status, title, next, who } = errorCodes[code];
  return {
    type: `urn:bruecke:problem:${code}`,
    title: title.en,
    status,
    code,
    requestId,
    messages: title,
    next,
    whoCanAct: who,
    ...(details.detail ? { detail: details.detail } : {}),
    ...(details.helpUrl ? { helpUrl: details.helpUrl } : {}),
    ...(details.fields ? { fields: details.fields } : {}),
    ...(details.expected === undefined ? {} : { expected: details.expected }),
    ...(details.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: details.retryAfterSeconds }),
  };
}

/** Any thrown thing as a problem: a Refusal by its code, Fastify's own refusals by their status, the rest as `unexpected`. */
export function problemFor(error: unknown, requestId: string): Problem {
  if (error instanceof Refusal) return problemOf(error.code, requestId, error.details);
  const status = statusOf(error);
  if (status === 404) return problemOf('not_found', requestId);
  if (status === 413) return problemOf('file_too_large', requestId);
  if (status !== null && status >= 400 && status < 500) return problemOf('invalid_input', requestId);
  const code = codeOf(error);
  // Raised by triggers of ours at commit (0003): a firm or Mandant would be left without an admin.
  if (code === 'BR001') return problemOf('last_admin', requestId);
  if (code === 'ENOSPC' || code === '53100') return problemOf('storage_full', requestId);
  if (isDatabaseAway(error) || code === 'blob_store_failed') return problemOf('unavailable', requestId);
  if (isUnstorable(error)) return problemOf('invalid_input', requestId);
  return problemOf('unexpected', requestId);
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
