import { type ProbeCode, probeCodes } from './figures.ts';

/** How much a finding of the probe weighs for the figures of a Mandant. */
export type ProbeWeight =
  | 'ok'
  /** Figures come, but somebody should look. */
  | 'warning'
  /** No figures until somebody puts it right. */
  | 'blocking'
  /** DATEV does not answer now: not a matter of the set-up, it usually passes. */
  | 'unreachable';

/** By code, see onprem.md A.4 and D.4. Without the posting licence figures are rebuilt from batch records, so that is a warning. */
export const probeWeight: Record<ProbeCode, ProbeWeight> = {
  ok: 'ok',
  connectionRefused: 'unreachable',
  connectionReset: 'unreachable',
  certificateWrong: 'blocking',
  unauthorised: 'blocking',
  handshakeRefused: 'blocking',
  dataRightMissing: 'blocking',
  notAcceptable: 'blocking',
  domainMissing: 'blocking',
  partialClients: 'warning',
  clientNotReleased: 'blocking',
  clientMissing: 'blocking',
  postingLicenceMissing: 'warning',
  dmsLicenceMissing: 'warning',
  unavailable: 'unreachable',
  timedOut: 'unreachable',
  unexpected: 'warning',
};

/** What stands among the findings of a connection: what its probe found, and what the hub itself saw in the answers. */
export const findingCodes = [
  ...probeCodes,
  /** A fiscal year has other numbers than the binding: nothing of it is read. */
  'yearNumbersDiffer',
] as const;
export type FindingCode = (typeof findingCodes)[number];
