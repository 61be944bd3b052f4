/**
 * Why a call did not give what was asked for. Closed: a caller switches over it and the compiler sees a gap. Sources:
 * onprem.md A.1, A.4, D.4.
 *
 * - `connectionRefused`: nobody listens: DATEV closed, or a wrong port.
 * - `connectionReset`: cut before HTTP began: port 58454 takes callers on its own machine only.
 * - `unreachable`: no such name, no way there.
 * - `certificateWrong`: another certificate than the pinned one, or no TLS at all.
 * - `timedOut`: nothing came for the time allowed.
 * - `cut`: the answer broke off half-way.
 * - `cancelled`: the caller's signal.
 * - `unauthorised`: 401, Windows refused the identity.
 * - `handshakeRefused`: 403 without a body by http.sys, before DATEV saw the call (handshake, or a prohibition in a group).
 * - `dataRightMissing`: 403, the DATEV user may not see this stock of data (`DCO10400`), or may not do this.
 * - `licenceMissing`: the paid licence behind this resource is missing.
 * - `domainMissing`: the domain is not loaded: program or licence not installed there.
 * - `notFound`: 404, no such client, year or path.
 * - `notAcceptable`: 406, or an answer that is not JSON.
 * - `misuse`: 400: an error of the program that calls.
 * - `unavailable`: 5xx, 408, 429: later again.
 * - `unexpected`: an answer that no source names, or JSON of another form.
 */
export type FailureKind =
  | 'connectionRefused'
  | 'connectionReset'
  | 'unreachable'
  | 'certificateWrong'
  | 'timedOut'
  | 'cut'
  | 'cancelled'
  | 'unauthorised'
  | 'handshakeRefused'
  | 'dataRightMissing'
  | 'licenceMissing'
  | 'domainMissing'
  | 'notFound'
  | 'notAcceptable'
  | 'misuse'
  | 'unavailable'
  | 'unexpected';

/** A refusal or a broken call, as a value. Never holds credentials. */
export interface DatevFailure {
  readonly kind: FailureKind;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  /** DATEV's code (`DCO10400`, `REW11041`) or the system's (`ECONNREFUSED`); null when there was none. */
  readonly code: string | null;
  /** DATEV's own words, German, at most 500 characters; null when there were none. */
  readonly description: string | null;
  /** From the body or the `RequestId` header: what DATEV's support asks for. */
  readonly requestId: string | null;
}

/** A message that came with a successful answer, like `REW11041`: the list is partial. */
export interface DatevMessage {
  readonly id: string;
  readonly description: string;
}

/** Every call answers with one of the two; nothing expected is thrown. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: DatevFailure };

/** How a list ended, after its batches. */
export type ListEnd =
  | {
      readonly ok: true;
      /** Elements that came, the unreadable ones included. */
      readonly elements: number;
      /** Elements without the fields that everything hangs on (an account, a date). */
      readonly unreadable: number;
      readonly messages: readonly DatevMessage[];
    }
  | { readonly ok: false; readonly failure: DatevFailure };

const DESCRIPTION_LIMIT = 500;

/** A failure with every field not given set to null. */
export function failure(kind: FailureKind, details: Partial<Omit<DatevFailure, 'kind'>> = {}): DatevFailure {
  return {
    status: null,
    code: null,
    requestId: null,
    ...details,
    description: details.description?.slice(0, DESCRIPTION_LIMIT) ?? null,
    kind,
  };
}
