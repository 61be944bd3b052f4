import type { Sandbox } from '@bruecke/datev-sandbox';
import { type DeliveryPhase, deliveryEvents, deliveryTable, type Id } from '@bruecke/model';
import type { Services } from '../src/context.ts';
import type { TestDatabase } from '../src/db/testDatabase.ts';
import { severConnections } from '../src/modules/connectionHealth/index.ts';
import { completeSignIn, renew, testConnection } from '../src/modules/connections/index.ts';
import { applyEvent } from '../src/modules/deliveries/applyEvent.ts';
import { decide } from '../src/modules/deliveries/decide.ts';
import { lockDelivery } from '../src/modules/deliveries/deliveryRow.ts';
import { endDeliveries } from '../src/modules/deliveries/index.ts';
import { sendVouchers } from '../src/modules/deliveries/sendVouchers.ts';
import type { Chance } from './chance.ts';
import { personCtx, type Simulated, signInAtDatev } from './layOut.ts';
import type { Tally } from './tally.ts';
import { consultantNumber, firmId } from './world.ts';

export type Stage = {
  db: TestDatabase;
  services: Services;
  sandbox: Sandbox;
  chance: Chance;
  tally: Tally;
  userId: Id;
  mandanten: Simulated[];
  arrivals: Arrivals;
};

/** What DATEV's store holds, counted by itself: by GUID, and by client and content. */
export type Arrivals = { byGuid: Map<string, number>; byContent: Map<string, number> };

/** What people do now and then: sign in again where it is asked for, repair, try again, decide. */
export async function actAsPeople(stage: Stage, how: { decideAll: boolean }): Promise<void> {
  const { db, services, sandbox, chance, userId } = stage;
  const ctx = personCtx(services, userId);
  const lost = await db.sql<{ mandant_id: Id; id: Id }>(
    `select c.mandant_id, c.id from connections c where c.severed_at is null
       and not exists (select from grants g where g.mandant_id = c.mandant_id and g.connection_id = c.id and g.state = 'valid') order by c.id`,
  );
  for (const one of lost) {
    const { url } = await renew(ctx, { mandantId: one.mandant_id, connectionId: one.id });
    await completeSignIn(ctx, await signInAtDatev(sandbox, url));
  }
  const blocked = await db.sql<{ mandant_id: Id; id: Id; client_id: string }>(
    'select mandant_id, id, client_id from connections where severed_at is null and setup_blocking order by id',
  );
  for (const one of blocked) {
    sandbox.control.setClient(one.client_id, { belegfreigabe: false });
    await testConnection(ctx, { mandantId: one.mandant_id, connectionId: one.id });
  }
  const failed = await db.sql<{ mandant_id: Id; ids: Id[] }>(
    "select mandant_id, array_agg(voucher_id order by voucher_id) as ids from deliveries where phase = 'failed' group by mandant_id order by mandant_id",
  );
  for (const one of failed)
    if (how.decideAll || chance.hits(0.5)) await sendVouchers(ctx, { mandantId: one.mandant_id, voucherIds: one.ids });
  const asked = await db.sql<{ mandant_id: Id; id: Id }>(
    "select mandant_id, id from deliveries where phase = 'question' order by id",
  );
  for (const one of asked) {
    if (!chance.hits(how.decideAll ? 0.7 : 0.3)) continue;
    // A person looks into DATEV first, and says so where it is there.
    const [row] = await db.sql<{ guid: string }>('select guid from deliveries where id = $1', [one.id]);
    const there = stage.arrivals.byGuid.has(row?.guid ?? '');
    const decision = there || chance.hits(0.1) ? 'confirmThere' : 'sendAnyway';
    await decide(ctx, { mandantId: one.mandant_id, deliveryId: one.id, decision });
  }
}

/** The firm and a Mandant part: the connection is severed and its deliveries ended, in one transaction. */
export async function cut(stage: Stage, mandant: Simulated): Promise<void> {
  const { services } = stage;
  const actor = { type: 'user', id: stage.userId } as const;
  await services.withTenant({ as: 'job', mandantId: mandant.mandantId }, async (tx) => {
    const at = services.now();
    const { connectionIds } = await severConnections(tx, services, {
      mandantId: mandant.mandantId,
      firmId,
      consultantNumber,
      at,
      actor,
    });
    await endDeliveries(tx, services, { mandantId: mandant.mandantId, connectionIds, at, actor });
  });
}

/** Messages from nowhere, late or repeated: only such as the table says change nothing there. */
export async function strayEvent(stage: Stage): Promise<void> {
  const { db, services, chance } = stage;
  const [row] = await db.sql<{ mandant_id: Id; id: Id; phase: DeliveryPhase }>(
    'select mandant_id, id, phase from deliveries order by id offset $1 limit 1',
    [chance.below(Math.max(1, await countDeliveries(stage)))],
  );
  if (!row) return;
  const harmless = deliveryEvents.filter(
    (event) => deliveryTable[row.phase][event] === 'stay' || deliveryTable[row.phase][event] === 'refused',
  );
  const event = harmless[chance.below(harmless.length)];
  if (!event) return;
  await services.withTenant({ as: 'job', mandantId: row.mandant_id }, async (tx) => {
    const delivery = await lockDelivery(tx, row.mandant_id, row.id);
    if (delivery?.phase === row.phase) await applyEvent(tx, services, delivery, event);
  });
}

async function countDeliveries(stage: Stage): Promise<number> {
  const [row] = await stage.db.sql<{ count: string }>('select count(*) as count from deliveries');
  return Number(row?.count ?? 0);
}
