import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { checkConnection, enqueueProbe, holdFrom, readConnection } from '../connectionHealth/index.ts';
import { deliver } from './deliver.ts';

/** When neither an answer nor a new pause came of a probe (another process has the token, say). */
const againMs = 30_000;

/**
 * An outage holds a connection; when its pause is over, one voucher tries for all. Its success opens the connection and
 * enqueues the rest, its failure makes the next pause longer.
 */
export async function probeConnection(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: { mandantId: Id; connectionId: Id },
): Promise<void> {
  const { mandantId, connectionId } = input;
  const held = await readHeld(services, input);
  if (!held || !settings) return;
  const now = services.now();
  if (held.retryAt && held.retryAt > now) return again(services, input, held.retryAt);
  if (held.deliveryId) await deliver(services, settings, { mandantId, deliveryId: held.deliveryId, probe: true });
  else await checkConnection(services, settings, { mandantId, connectionId, force: true });
  const after = await readHeld(services, input);
  if (after && (!after.retryAt || after.retryAt <= services.now()))
    await again(services, input, new Date(services.now().getTime() + againMs));
}

/** Null: the connection is not held (any more), or can't forward at all. */
async function readHeld(
  services: Services,
  input: { mandantId: Id; connectionId: Id },
): Promise<{ retryAt: Date | null; deliveryId: Id | null } | null> {
  return services.withTenant({ as: 'job', mandantId: input.mandantId }, async (tx) => {
    const found = await readConnection(tx, input.mandantId, input.connectionId);
    if (!found || found.row.severed_at || !found.row.switched_on || found.row.failures_in_row < holdFrom) return null;
    if (found.grant?.state !== 'valid') return null;
    // The one that was put off least: a voucher that always fails must not be the one that tries for all.
    const delivery = await tx
      .selectFrom('deliveries')
      .select('id')
      .where('mandant_id', '=', input.mandantId)
      .where('connection_id', '=', input.connectionId)
      .where('phase', '=', 'waiting')
      .orderBy('postponed')
      .orderBy('created_at')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    return { retryAt: found.row.retry_at, deliveryId: delivery?.id ?? null };
  });
}

async function again(services: Services, input: { mandantId: Id; connectionId: Id }, at: Date): Promise<void> {
  await services.withTenant({ as: 'job', mandantId: input.mandantId }, (tx) =>
    enqueueProbe(tx, input.mandantId, input.connectionId, at),
  );
}
