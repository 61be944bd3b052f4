import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import { lockLinks } from '../../access/index.ts';
import type { Tx } from '../../db/withTenant.ts';
import { createTestDatev } from '../../testDatev.ts';
import { applyEvent } from './applyEvent.ts';
import { lockDelivery } from './deliveryRow.ts';
import { deliver, endDeliveries } from './index.ts';
import { sendAgain } from './sendAgain.ts';
import { sendVouchers } from './sendVouchers.ts';

const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('send');
afterAll(() => db.close());

type Row = { id: Id; voucherId: Id; phase: string; run: number; status: string };

/** A connected Mandant with one voucher due, under way to `fault` unless told otherwise. */
async function connected(fault?: 'lostAnswer' | 'refusal'): Promise<Simulated> {
  const one = await connect();
  await layOutVouchers(services, one.mandantId, userId, 1);
  if (!fault) return one;
  sandbox.control.addFault({
    operation: 'documents.put',
    clientId: one.clientId,
    times: 1,
    effect: fault === 'refusal' ? { kind: 'error', code: 'DCO01245' } : { kind: 'cut', when: 'after' },
  });
  const [row] = await rowsOf(one);
  if (row) await deliver(services, settings, { mandantId: one.mandantId, deliveryId: row.id });
  return one;
}

const rowsOf = (one: Simulated) =>
  db.sql<Row>(
    `select d.id, d.voucher_id as "voucherId", d.phase, d.run, v.status
       from deliveries d join vouchers v on v.mandant_id = d.mandant_id and v.id = d.voucher_id
      where d.mandant_id = $1 order by d.run`,
    [one.mandantId],
  );

const asJob = <T>(one: Simulated, work: (tx: Tx) => Promise<T>) =>
  services.withTenant({ as: 'job', mandantId: one.mandantId }, work);

/** What a cut does to deliveries; the connection stays, as if it had been set up anew. */
const endAll = (one: Simulated) =>
  asJob(one, (tx) =>
    endDeliveries(tx, services, {
      mandantId: one.mandantId,
      connectionIds: [one.connectionId],
      at: services.now(),
      actor: { type: 'user', id: userId },
    }),
  );

async function send(one: Simulated) {
  const [row] = await rowsOf(one);
  const { answer } = await sendVouchers(ctx(), {
    mandantId: one.mandantId,
    voucherIds: [row?.voucherId ?? ''],
  });
  return answer;
}

async function late(one: Simulated, tx: Tx, run: number) {
  const id = (await rowsOf(one))[run - 1]?.id ?? '';
  const delivery = await lockDelivery(tx, one.mandantId, id);
  if (!delivery) throw new Error('no delivery');
  return () => applyEvent(tx, services, delivery, 'arrived');
}

describe('sending many at once', () => {
  it('leaves a voucher that may have arrived: its second run needs a reason', async () => {
    const one = await connected('lostAnswer');
    await endAll(one);
    expect(await rowsOf(one)).toMatchObject([{ phase: 'unresolved', status: 'received' }]);
    expect(await send(one)).toEqual({ queued: 0, retried: 0, left: 1 });
    expect(await rowsOf(one)).toHaveLength(1);
    const [row] = await rowsOf(one);
    await sendAgain(ctx(), {
      mandantId: one.mandantId,
      voucherId: row?.voucherId ?? '',
      reason: 'Nicht im Bestand gefunden',
    });
    expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['unresolved', 'waiting']);
  });

  it('gives a voucher that was never sent its next run', async () => {
    const one = await connected();
    await endAll(one);
    expect(await rowsOf(one)).toMatchObject([{ phase: 'cancelled', status: 'received' }]);
    expect(await send(one)).toEqual({ queued: 1, retried: 0, left: 0 });
    expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['cancelled', 'waiting']);
  });

  it('leaves a voucher that has arrived once, also when its second run was cut off', async () => {
    const one = await connected();
    const [first] = await rowsOf(one);
    await deliver(services, settings, { mandantId: one.mandantId, deliveryId: first?.id ?? '' });
    await sendAgain(ctx(), {
      mandantId: one.mandantId,
      voucherId: first?.voucherId ?? '',
      reason: 'Bei DATEV gelöscht',
    });
    await endAll(one);
    expect((await rowsOf(one)).map(({ phase, status }) => [phase, status])).toEqual([
      ['arrived', 'delivered'],
      ['cancelled', 'delivered'],
    ]);
    expect(await send(one)).toEqual({ queued: 0, retried: 0, left: 1 });
  });

  it('tries a failed one again under its own GUID', async () => {
    const one = await connected('refusal');
    expect(await rowsOf(one)).toMatchObject([{ phase: 'failed', status: 'error' }]);
    expect(await send(one)).toEqual({ queued: 0, retried: 1, left: 0 });
    expect(await rowsOf(one)).toMatchObject([{ phase: 'waiting', status: 'waiting', run: 1 }]);
  });
});

/** Resolves once so many transactions of this database wait for a lock. */
async function waiting(count: number): Promise<void> {
  for (let now = 0; now < count; ) {
    const [row] = await db.sql<{ now: number }>(
      `select count(*)::int as now from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    now = row?.now ?? 0;
  }
}

/** Starts `act` while a transaction holds what `hold` took, and lets that go on to its end once `act` waits. */
async function meanwhile<T>(
  one: Simulated,
  hold: (tx: Tx) => Promise<() => Promise<unknown>>,
  act: () => Promise<T>,
): Promise<T> {
  let letGo = () => {};
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let other: Promise<void> | undefined;
  await new Promise<void>((held) => {
    other = asJob(one, async (tx) => {
      const end = await hold(tx);
      held();
      await released;
      await end();
    });
  });
  const acting = act();
  await waiting(1);
  letGo();
  const [result] = await Promise.all([acting, other]);
  return result;
}

describe('sending while something else is written', () => {
  it('waits for a late proof without holding what that needs', async () => {
    const one = await connected('refusal');
    const answer = await meanwhile(
      one,
      (tx) => late(one, tx, 1),
      () => send(one),
    );
    expect(answer).toEqual({ queued: 0, retried: 0, left: 1 });
    expect(await rowsOf(one)).toMatchObject([{ phase: 'arrived', status: 'delivered' }]);
  });

  it('waits for a cut without holding what that needs, one as many', async () => {
    for (const act of ['many', 'one'] as const) {
      const one = await connected();
      await endAll(one);
      const [row] = await rowsOf(one);
      const voucherId = row?.voucherId ?? '';
      const cut = async (tx: Tx) => {
        await lockLinks(tx, { mandantIds: [one.mandantId] });
        const { mandantId } = one;
        const touch = tx.updateTable('vouchers').set({ cause: null }).where('mandant_id', '=', mandantId);
        return () => touch.where('id', '=', voucherId).execute();
      };
      const again = { mandantId: one.mandantId, voucherId, reason: 'Anderer Bestand' };
      await meanwhile(one, cut, () => (act === 'many' ? send(one) : sendAgain(ctx(), again).then(() => null)));
      expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['cancelled', 'waiting']);
    }
  });
});

describe('a late proof of an earlier run', () => {
  it('does not hide what the present run asks', async () => {
    const one = await connected('lostAnswer');
    await endAll(one);
    const [first] = await rowsOf(one);
    await sendAgain(ctx(), {
      mandantId: one.mandantId,
      voucherId: first?.voucherId ?? '',
      reason: 'Nicht im Bestand gefunden',
    });
    await asJob(one, async (tx) => (await late(one, tx, 1))());
    expect((await rowsOf(one)).map(({ phase, status }) => [phase, status])).toEqual([
      ['arrived', 'waiting'],
      ['waiting', 'waiting'],
    ]);
  });
});
