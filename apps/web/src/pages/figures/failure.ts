import type { OrderFailureCode } from '@bruecke/model';

export type FailureKind = 'unreachable' | 'signIn' | 'rights' | 'cancelled' | 'other';

/** For those who read figures five kinds of failure are enough; the card DATEVconnect tells each apart. */
const kinds: Partial<Record<OrderFailureCode, FailureKind>> = {
  connectionRefused: 'unreachable',
  connectionReset: 'unreachable',
  unavailable: 'unreachable',
  timedOut: 'unreachable',
  unauthorised: 'signIn',
  handshakeRefused: 'signIn',
  certificateWrong: 'signIn',
  dataRightMissing: 'rights',
  domainMissing: 'rights',
  partialClients: 'rights',
  clientNotReleased: 'rights',
  clientMissing: 'rights',
  refusedByConnector: 'rights',
  cancelled: 'cancelled',
};

export function failureKindOf(code: string | undefined): FailureKind {
  const found = Object.entries(kinds).find(([known]) => known === code);
  return found?.[1] ?? 'other';
}
