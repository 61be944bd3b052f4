import type { Sandbox } from '@bruecke/datev-sandbox';
import { cutEvent, type DeliveryPhase, deliveryEvents, deliveryTable, type Id } from '@bruecke/model';
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
  /** Sessions at DATEV whose newest pair has died with the process that asked for it: nobody here can know of it. */
  unheard: Set<string>;
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
  const asked = await db.sql<{ mandant_id: Id; id: Id; withoutType: boolean; canBeThere: boolean }>(
    `select mandant_id, id, not maybe_there and cause ->> 'detail' = 'documentTypeUnknown' as "withoutType",
            maybe_there or coalesce(cause ->> 'detail' = 'duplicateFile', false) as "canBeThere"
       from deliveries where phase = 'question' order by id`,
  );
  for (const one of asked) {
    if (!chance.hits(how.decideAll ? 0.7 : 0.6)) continue;
    // A person looks into DATEV first, and says so where it is there.
    const [row] = await db.sql<{ guid: string }>('select guid from deliveries where id = $1', [one.id]);
    const there = stage.arrivals.byGuid.has(row?.guid ?? '');
    const decision = (there || chance.hits(0.1)) && one.canBeThere ? 'confirmThere' : 'sendAnyway';
    const type = decision === 'sendAnyway' && one.withoutType ? { documentType: null } : {};
    await decide(ctx, { mandantId: one.mandant_id, deliveryId: one.id, decision, ...type });
  }
}

/** The firm and a Mandant part: the connection is severed and its deliveries ended, in one transaction. */
async function cut(stage: Stage, mandant: Simulated): Promise<void> {
  const { services } = stage;
  const actor = { type: 'user', id: stage.userId } as const;
  await services.withTenant({ as: 'job', mandantId: mandant.mandantId }, async (tx) => {
    const at = services.now();
    const { connectionIds } = await severConnections(tx, services, {
      mandantId: mandant.mandantId,
      // None is laid out: what counts here is the consultant number, and an id that no connection names.
      engagement: { id: firmId, firmId, consultantNumber, since: at },
      at,
      actor,
    });
    await endDeliveries(tx, services, { mandantId: mandant.mandantId, connectionIds, at, actor });
  });
}

/** Moments at which a cut is worth trying: what the state table tells apart. */
const badMoments = (['waiting', 'question', 'failed'] as const).flatMap((phase) =>
  [false, true].map((maybeThere) => ({ phase, maybeThere })),
);

/**
 * Cuts a Mandant with a delivery in a state that no cut has met yet, else in any of them; false where nobody is in such a one.
 * @param hanging GUIDs of attempts that are still on the wire: what comes back after a cut is only taken as a proof
 */
export async function cutAtABadMoment(stage: Stage, hanging: readonly string[]): Promise<boolean> {
  const missing = new Set(stage.tally.missedCells());
  if (missing.has('unresolved × arrived') && (await cutWhere(stage, 'd.guid = any($1) and d.maybe_there', [hanging])))
    return true;
  const unmet = badMoments.filter((state) => missing.has(`${state.phase} × ${cutEvent(state)}`));
  const wanted = unmet.length > 0 ? unmet : badMoments;
  const { phase, maybeThere } = wanted[stage.chance.below(wanted.length)] ?? { phase: 'waiting', maybeThere: true };
  return cutWhere(stage, 'd.phase = $1 and d.maybe_there = $2', [phase, maybeThere]);
}

async function cutWhere(stage: Stage, condition: string, values: unknown[]): Promise<boolean> {
  const found = await stage.db.sql<{ mandant_id: Id }>(
    `select distinct d.mandant_id from deliveries d join connections c on c.mandant_id = d.mandant_id and c.id = d.connection_id
      where ${condition} and d.phase in ('waiting', 'question', 'failed') and c.severed_at is null order by 1`,
    values,
  );
  const chosen = found[stage.chance.below(found.length)]?.mandant_id;
  const mandant = stage.mandanten.find(({ mandantId }) => mandantId === chosen);
  if (!mandant) return false;
  await cut(stage, mandant);
  stage.tally.count('cut');
  return true;
}

/** A message from nowhere, late or repeated: only such as the table says change nothing, and first what none has met yet. */
export async function strayEvent(stage: Stage): Promise<void> {
  const { db, services, chance } = stage;
  const phases = await db.sql<{ phase: DeliveryPhase }>('select distinct phase from deliveries order by 1');
  const missing = new Set(stage.tally.missedCells());
  const harmless = phases.flatMap(({ phase }) =>
    deliveryEvents
      .filter((event) => deliveryTable[phase][event] === 'stay' || deliveryTable[phase][event] === 'refused')
      .map((event) => ({ phase, event })),
  );
  const unmet = harmless.filter(({ phase, event }) => missing.has(`${phase} × ${event}`));
  const wanted = unmet.length > 0 ? unmet : harmless;
  const stray = wanted[chance.below(wanted.length)];
  if (!stray) return;
  const [row] = await db.sql<{ mandant_id: Id; id: Id }>(
    'select mandant_id, id from deliveries where phase = $1 order by id limit 1',
    [stray.phase],
  );
  if (!row) return;
  await services.withTenant({ as: 'job', mandantId: row.mandant_id }, async (tx) => {
    const delivery = await lockDelivery(tx, row.mandant_id, row.id);
    if (delivery?.phase === stray.phase) await applyEvent(tx, services, delivery, stray.event);
  });
}
