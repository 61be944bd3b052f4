/**
 * Why a call to DATEV did not give what was asked for. Closed: a caller switches over it and the compiler sees a gap.
 *
 * - `arrivedBefore`: 409, this GUID is in Belege online already.
 * - `duplicateFile`: DCO01253, the same file (name and type) is there already.
 * - `accessRefused`: 401 for the access token: refresh once, then treat as `needsReauth`.
 * - `needsReauth`: the refresh token is spent, revoked or expired: a person must sign in again.
 * - `consentRefused`: the person did not agree, or broke off, at DATEV.
 * - `loginMismatch`: the answer to the sign-in does not belong to our request (state, issuer, nonce, id token).
 * - `scopeMissing`: connect again with the scope.
 * - `rightMissing`: the person may not see this client, or not this service.
 * - `appNotAllowed`: client id, secret or the app's release at DATEV is wrong; the operator's matter.
 * - `datasetMissing`: client unknown, or no Belege stock.
 * - `datasetInconsistent`: the client's account books are inconsistent at DATEV.
 * - `belegfreigabe`: the client uses Belegfreigabe online, which shuts the upload out.
 * - `documentTypeUnknown`, `documentTypeBlocked`: the type is not (or no longer) available at this client.
 * - `fileTypeRefused`, `contentMismatch`, `tooLarge`, `virus`, `unreadable`: this file will never be taken as it is.
 * - `mergeImpossible`, `tooManyFiles`: stapling refused; send singly, or fewer.
 * - `rateLimited`, `unavailable`: not processed; later again.
 * - `unreachable`: the connection was never opened, so nothing arrived.
 * - `unclear`: the call may or may not have been processed (time-out, cut, gateway error, an answer nobody can read).
 * - `misuse`: the request was wrong: an error in the program that calls.
 * - `unknownRefusal`: refused with a code or status that no documentation names.
 */
export type FailureKind =
  | 'arrivedBefore'
  | 'duplicateFile'
  | 'accessRefused'
  | 'needsReauth'
  | 'consentRefused'
  | 'loginMismatch'
  | 'scopeMissing'
  | 'rightMissing'
  | 'appNotAllowed'
  | 'datasetMissing'
  | 'datasetInconsistent'
  | 'belegfreigabe'
  | 'documentTypeUnknown'
  | 'documentTypeBlocked'
  | 'fileTypeRefused'
  | 'contentMismatch'
  | 'tooLarge'
  | 'virus'
  | 'unreadable'
  | 'mergeImpossible'
  | 'tooManyFiles'
  | 'rateLimited'
  | 'unavailable'
  | 'unreachable'
  | 'unclear'
  | 'misuse'
  | 'unknownRefusal';

/** What an HTTP answer left behind, for attempts, receipts and support cases. Bounded and free of tokens. */
export interface Trace {
  readonly status: number;
  /** `X-Global-Transaction-ID` (G-30). */
  readonly globalTransactionId: string | null;
  /** `V-Cap-Request-ID` (G-30). */
  readonly capRequestId: string | null;
  /** The first 4,096 characters of the body, tokens masked. */
  readonly excerpt: string;
}

/** A refusal or a broken call, as a value. */
export interface DatevFailure {
  readonly kind: FailureKind;
  /** `DCO01253`, `1008829`, `invalid_grant` … without DATEV's `#`; null when the answer named none. */
  readonly code: string | null;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** DATEV's own short text, not meant for people. */
  readonly description: string | null;
  /** DATEV's help page for this error (`error_uri` or `type`); to be shown (G-31). */
  readonly helpUrl: string | null;
  readonly requestId: string | null;
  readonly globalTransactionId: string | null;
  readonly capRequestId: string | null;
  /** From `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds: number | null;
  readonly excerpt: string;
  /** For broken calls: what broke. */
  readonly broken: 'timeout' | 'cut' | 'notOpened' | 'unreadableAnswer' | null;
}

/** Every call answers with one of the two; nothing expected is thrown. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly trace: Trace }
  | { readonly ok: false; readonly failure: DatevFailure };

/** Upper bound of {@link Trace.excerpt} and {@link DatevFailure.excerpt}, in characters. */
export const EXCERPT_LIMIT = 4_096;

/** A failure with every field not given set to null. */
export function failure(kind: FailureKind, details: Partial<Omit<DatevFailure, 'kind'>> = {}): DatevFailure {
  return {
    code: null,
    status: null,
    description: null,
    helpUrl: null,
    requestId: null,
    globalTransactionId: null,
    capRequestId: null,
    retryAfterSeconds: null,
    excerpt: '',
    broken: null,
    ...details,
    kind,
  };
}

/** The answer for {@link failure}. */
export function refusal(kind: FailureKind, details: Partial<Omit<DatevFailure, 'kind'>> = {}): Answer<never> {
  return { ok: false, failure: failure(kind, details) };
}
