import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { enqueueProbe, holdFrom, readConnection } from '../connectionHealth/index.ts';
import { sendingLeaseMs } from './claimDelivery.ts';
import { deliver } from './deliver.ts';

/** When neither an answer nor a new pause came of a probe (another process has the token, say), or one is under way. */
const againMs = 30_000;

/**
 * An outage holds a connection; when its pause is over, one voucher tries for all. Its success opens the connection and
 * enqueues the rest, its failure makes the next pause longer. Where nothing waits nobody is asked: DATEV refuses products that poll
 * without cause (requirement G-33). The next voucher then asks for its probe itself (claimDelivery).
 */
export async function probeConnection(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: { mandantId: Id; connectionId: Id },
): Promise<void> {
  const { mandantId } = input;
  const held = await readHeld(services, input);
  if (!held?.deliveryId || !settings) return;
  const now = services.now();
  if (held.retryAt && held.retryAt > now) return again(services, input, held.retryAt);
  // Its answer counts for the connection as a probe's does; a second one beside it would be one call too many.
  if (held.underWay) return again(services, input, new Date(now.getTime() + againMs));
  const came = await deliver(services, settings, { mandantId, deliveryId: held.deliveryId, probe: true });
  const after = await readHeld(services, input);
  if (!after?.deliveryId || (after.retryAt && after.retryAt > services.now())) return;
  // One that turned out to be nothing to send has tried for nobody: the next one does, at once.
  const pauseMs = came === 'done' ? 0 : againMs;
  await again(services, input, new Date(services.now().getTime() + pauseMs));
}

type Held = {
  retryAt: Date | null;
  /** Null: nothing waits. */
  deliveryId: Id | null;
  /** Whether a voucher of this connection is on its way to DATEV. */
  underWay: boolean;
};

/** Null: the connection is not held (any more), or can't forward at all. */
async function readHeld(services: Services, input: { mandantId: Id; connectionId: Id }): Promise<Held | null> {
  return services.withTenant({ as: 'job', mandantId: input.mandantId }, async (tx) => {
    const found = await readConnection(tx, input.mandantId, input.connectionId);
    if (!found || found.row.severed_at || !found.row.switched_on || found.row.failures_in_row < holdFrom) return null;
    if (found.grant?.state !== 'valid') return null;
    const unended = tx
      .selectFrom('deliveries')
      .select('id')
      .where('mandant_id', '=', input.mandantId)
      .where('connection_id', '=', input.connectionId)
      .where('ended_at', 'is', null)
      .limit(1);
    // The one that was put off least: a voucher that always fails must not be the one that tries for all.
    const [waiting, sending] = await Promise.all([
      unended
        .where('phase', '=', 'waiting')
        .orderBy('postponed')
        .orderBy('created_at')
        .orderBy('id')
        .executeTakeFirst(),
      // What has been on its way for longer belongs to a process that is gone.
      unended
        .where('phase', '=', 'sending')
        .where('sending_since', '>', new Date(services.now().getTime() - sendingLeaseMs))
        .executeTakeFirst(),
    ]);
    return { retryAt: found.row.retry_at, deliveryId: waiting?.id ?? null, underWay: sending !== undefined };
  });
}

async function again(services: Services, input: { mandantId: Id; connectionId: Id }, at: Date): Promise<void> {
  await services.withTenant({ as: 'job', mandantId: input.mandantId }, (tx) =>
    enqueueProbe(tx, input.mandantId, input.connectionId, at),
  );
}
