import type { DatevFailure, FailureKind, ListEnd, Operation } from '@bruecke/datevconnect';
import type { OrderFailureCode } from '@bruecke/model';

/** Why an order could not be carried out. `detail`: DATEV's words or code. */
export type Problem = { readonly code: OrderFailureCode; readonly detail: string | null };

const byKind: Readonly<Record<FailureKind, OrderFailureCode>> = {
  connectionRefused: 'connectionRefused',
  connectionReset: 'connectionReset',
  // Nobody at this address: for people the same as a closed port.
  unreachable: 'connectionRefused',
  certificateWrong: 'certificateWrong',
  timedOut: 'timedOut',
  cut: 'unavailable',
  cancelled: 'cancelled',
  unauthorised: 'unauthorised',
  handshakeRefused: 'handshakeRefused',
  dataRightMissing: 'dataRightMissing',
  licenceMissing: 'unexpected',
  domainMissing: 'domainMissing',
  notFound: 'unexpected',
  notAcceptable: 'notAcceptable',
  misuse: 'unexpected',
  unavailable: 'unavailable',
  unexpected: 'unexpected',
};

/** Operations that ask for something of one client: "not there" means that the client is not there. */
const ofClient: readonly Operation[] = ['client', 'fiscalYears'];

/** A failed call as the order's end. */
export function problemOf(operation: Operation, failure: DatevFailure): Problem {
  return { code: codeOf(operation, failure.kind), detail: detailOf(failure) };
}

function codeOf(operation: Operation, kind: FailureKind): OrderFailureCode {
  if (operation === 'dmsInfo' && (kind === 'licenceMissing' || kind === 'domainMissing' || kind === 'notFound')) {
    return 'dmsLicenceMissing';
  }
  if (operation === 'accountPostings' && kind === 'licenceMissing') return 'postingLicenceMissing';
  if (kind === 'notFound' && ofClient.includes(operation)) return 'clientMissing';
  return byKind[kind];
}

/** Code first, as people look for it; at most what a field of the link takes. */
function detailOf({ status, code, description, requestId }: DatevFailure): string | null {
  const parts = [
    status === null ? null : `HTTP ${status}`,
    code,
    description,
    requestId === null ? null : `request_id ${requestId}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' · ').slice(0, 900);
}

/** A list's end as the order's: figures with a line left out would be wrong figures, so an unreadable element is a failure. */
export function problemAtEnd(operation: Operation, end: ListEnd): Problem | null {
  if (!end.ok) return problemOf(operation, end.failure);
  if (end.unreadable === 0) return null;
  return { code: 'unexpected', detail: `${operation}: ${end.unreadable} of ${end.elements} elements cannot be read` };
}
