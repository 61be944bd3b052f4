import type { Id } from '@bruecke/model';
import { Type as T } from '@sinclair/typebox';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { defineJob, enqueueJob, handleJob, type JobContext, type JobHandler, type Schedule } from '../../jobs/index.ts';
import { createRoom } from '../../room.ts';
import { enqueueProbe, holdFrom, readConnection, resumeForwarding } from '../connectionHealth/index.ts';
import { cachedSettings } from './cachedSettings.ts';
import { sendingLeaseMs } from './claimDelivery.ts';
import { deliver } from './deliver.ts';
import { probeConnection } from './probeConnection.ts';

const id = T.String({ minLength: 36, maxLength: 36 });
const closed = { additionalProperties: false } as const;
const deliverJob = defineJob('deliver', T.Object({ mandantId: id, deliveryId: id }, closed));
const probeJob = defineJob('probeConnection', T.Object({ mandantId: id, connectionId: id }, closed));
const resumeJob = defineJob('resumeConnection', T.Object({ mandantId: id, connectionId: id }, closed));
const sweepJob = defineJob('sweepDeliveries', T.Object({}, closed));

/** `atDatev`: how many vouchers of this process are on their way to DATEV at the same time, at most. */
export function deliveryHandlers(services: Services, { atDatev }: { atDatev: number }): JobHandler[] {
  const settings = cachedSettings(services);
  const line = createRoom(atDatev);
  const carry = async (payload: { mandantId: Id; deliveryId: Id }, { signal }: JobContext) => {
    await deliver(services, await settings(payload.mandantId), { ...payload, line, signal });
  };
  return [
    handleJob(deliverJob, carry, { manyAtOnce: true }),
    handleJob(probeJob, async (payload) => probeConnection(services, await settings(payload.mandantId), payload)),
    handleJob(resumeJob, (payload) => resume(services, payload)),
    handleJob(sweepJob, () => sweep(services)),
  ];
}

export const deliverySchedules: Schedule[] = [{ job: sweepJob, every: 60_000 }];

/**
 * Deliveries on the wire of a process that is gone are taken up. Part of the design, not only a net: a worker that was
 * believed gone and comes back removes the job of the one that took over. Ids and states only.
 */
export async function sweepLost(services: Services): Promise<number> {
  const before = new Date(services.now().getTime() - sendingLeaseMs);
  return services.withRole('dispatcher', async (tx) => {
    const { rows } = await sql<{ mandantId: Id; deliveryId: Id }>`
      select d.mandant_id as "mandantId", d.id as "deliveryId" from deliveries d
       where d.ended_at is null and d.phase = 'sending'
         and (d.sending_since < ${before} or not exists (select from workers w where w.id = d.sending_by))
       order by d.id limit 10000`.execute(tx);
    for (const row of rows) await enqueueJob(tx, deliverJob, row, { key: `deliver:${row.deliveryId}` });
    return rows.length;
  });
}

/** The net below: waiting deliveries of an open connection get their job again and a held one its probe, should a job have been given up. */
async function sweep(services: Services): Promise<void> {
  await sweepLost(services);
  await services.withRole('dispatcher', async (tx) => {
    const { rows } = await sql<{ mandantId: Id; connectionId: Id }>`
      select distinct d.mandant_id as "mandantId", d.connection_id as "connectionId" from deliveries d
       where d.ended_at is null and d.phase = 'waiting'`.execute(tx);
    for (const row of rows) await enqueueJob(tx, resumeJob, row, { key: `resumeConnection:${row.connectionId}` });
  });
}

async function resume(services: Services, input: { mandantId: Id; connectionId: Id }): Promise<void> {
  await services.withTenant({ as: 'job', mandantId: input.mandantId }, async (tx) => {
    const found = await readConnection(tx, input.mandantId, input.connectionId);
    if (!found || found.row.severed_at || !found.row.switched_on || found.grant?.state !== 'valid') return;
    const { mandantId, connectionId } = input;
    if (found.row.failures_in_row >= holdFrom)
      await enqueueProbe(tx, mandantId, connectionId, found.row.retry_at ?? services.now());
    else await resumeForwarding(tx, mandantId, connectionId, { onlyWithoutJob: true });
  });
}
