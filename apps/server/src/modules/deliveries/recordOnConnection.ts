import { type ConnectionCause, connectionStateOf } from '@bruecke/channels/vouchers-to-duo/channel';
import type { DatevFailure } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { noteFailure, noteFinding, noteSuccess, resumeForwarding } from '../connectionHealth/index.ts';
import { noteAcceptedToken, noteRefusedToken } from '../grants/index.ts';
import type { EndedAttempt } from './endedAttempt.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';

/** What an answer means beyond its delivery; 'again': the same delivery at once, as its token or its connection is another one by now. */
export type AttemptEnd = 'done' | 'again';

/** What the answers say about their connections, in their order; answers in a row that show it well are one success. */
export async function recordOnConnection(
  tx: Tx,
  services: Services,
  ended: readonly EndedAttempt[],
): Promise<AttemptEnd[]> {
  const well = new Set<Id>();
  const ends: AttemptEnd[] = [];
  for (const one of ended) {
    const { connection_id: connectionId } = one.claimed.delivery;
    const { outcome } = one;
    if (outcome.kind === 'connection' || outcome.kind === 'retry' || outcome.kind === 'unclear') {
      well.delete(connectionId);
      ends.push(await recordTrouble(tx, services, one, outcome));
      continue;
    }
    // Also a refusal of this one voucher is an answer: DATEV can be reached and lets us in.
    if (!well.has(connectionId)) await recordWell(tx, services, one);
    well.add(connectionId);
    ends.push('done');
  }
  return ends;
}

async function recordWell(tx: Tx, services: Services, { claimed }: EndedAttempt): Promise<void> {
  const { mandant_id: mandantId, connection_id: connectionId } = claimed.delivery;
  const [wasHeld] = await Promise.all([
    noteSuccess(tx, mandantId, connectionId, services.now()),
    noteAcceptedToken(tx, mandantId, connectionId),
  ]);
  if (wasHeld) await resumeForwarding(tx, mandantId, connectionId);
}

type Trouble = Extract<EndedAttempt['outcome'], { kind: 'connection' | 'retry' | 'unclear' }>;

async function recordTrouble(
  tx: Tx,
  services: Services,
  { claimed }: EndedAttempt,
  outcome: Trouble,
): Promise<AttemptEnd> {
  const { mandant_id: mandantId, connection_id: connectionId, id } = claimed.delivery;
  const at = services.now();
  if (outcome.kind === 'connection') {
    const { accessToken, checkedAt } = claimed;
    const of = { mandantId, connectionId, at, accessToken, checkedAt };
    return recordCause(tx, services, of, outcome.cause, outcome.failure);
  }
  const { held, retryAt } = await noteFailure(tx, {
    mandantId,
    connectionId,
    at,
    reason: outcome.cause,
    askedSeconds: outcome.afterSeconds,
  });
  // A held connection enqueues its vouchers itself; else only this one waits for its next try.
  if (!held) await enqueueDeliveries(tx, mandantId, [id], retryAt);
  return 'done';
}

async function recordCause(
  tx: Tx,
  services: Services,
  of: { mandantId: Id; connectionId: Id; at: Date; accessToken: string; checkedAt: Date | null },
  cause: ConnectionCause,
  failure: DatevFailure,
): Promise<AttemptEnd> {
  const { accessToken, ...where } = of;
  if (cause === 'accessRefused' || connectionStateOf(cause) === 'needs_reauth') {
    const reason = cause === 'scopeMissing' ? 'scopeMissing' : 'accessRefused';
    const refused = await noteRefusedToken(tx, services, { ...of, reason });
    return refused === 'again' ? 'again' : 'done';
  }
  const code =
    cause === 'rightMissing' || cause === 'datasetMissing' || cause === 'belegfreigabe' || cause === 'appNotAllowed'
      ? cause
      : 'accountBasicsInconsistent';
  const noted = await noteFinding(tx, {
    ...where,
    finding: { code, severity: 'blocking', helpUrl: failure.helpUrl, detail: failure.code },
  });
  return noted ? 'done' : 'again';
}
