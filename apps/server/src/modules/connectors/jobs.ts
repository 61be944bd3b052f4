import { silentAfterSeconds } from '@bruecke/contract';
import { Type as T } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import { defineJob, handleJob, type JobHandler, type Schedule } from '../../jobs/index.ts';
import { tellConnector } from './tell.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
/** Twice as long as a nonce is good. */
const noncesKeptMs = 10 * minute;
/** What an order was about stands in the rows it brought; this is for looking into trouble. */
const ordersKeptMs = 7 * day;

const watchJob = defineJob('connectors.watch', T.Object({}, { additionalProperties: false }));

export function connectorHandlers(services: Services): JobHandler[] {
  return [handleJob(watchJob, () => watchConnectors(services))];
}

export const connectorSchedules: Schedule[] = [{ job: watchJob, every: minute, offset: 20_000 }];

/** Notices who has fallen silent, so that open pages show it by themselves, and forgets what is over. */
export async function watchConnectors(services: Services): Promise<void> {
  const now = services.now();
  const before = (milliseconds: number) => new Date(now.getTime() - milliseconds);
  await services.withRole('dispatcher', async (tx) => {
    const silent = await tx
      .updateTable('connectors')
      .set((is) => ({ silent_since: is.ref('last_seen_at') }))
      .where('silent_since', 'is', null)
      .where('revoked_at', 'is', null)
      .where('last_seen_at', '<', before(silentAfterSeconds * 1000))
      .returning('id')
      .execute();
    for (const { id } of silent) await tellConnector(tx, id);
    await tx.deleteFrom('connector_nonces').where('used_at', '<', before(noncesKeptMs)).execute();
    await tx
      .deleteFrom('connector_orders')
      .where('state', 'in', ['ended', 'cancelled'])
      .where('ended_at', '<', before(ordersKeptMs))
      .execute();
  });
}
