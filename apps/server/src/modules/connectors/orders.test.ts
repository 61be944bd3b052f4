import { gzipSync } from 'node:zlib';
import type { PollAnswer, PollRequest } from '@bruecke/contract';
import type { ConnectorOrder, ConnectorRow, Id } from '@bruecke/model';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, minute, second, type TestServices } from '../../testServices.ts';
import { endOrder } from './endOrder.ts';
import { watchConnectors } from './jobs.ts';
import { lockOrder } from './openOrder.ts';
import { cancelOrders, issueOrder, issueOrders } from './orders.ts';
import { poll } from './poll.ts';
import type { Receivers } from './receivers.ts';
import { revokeConnector } from './revokeConnector.ts';
import { takePart } from './takePart.ts';
import { connectorCtx, type Heard, layBinding, layConnector, listeningReceivers } from './testLink.ts';
import { createWakes } from './wakes.ts';

let db: TestDatabase;
let services: TestServices;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());

const guid = '7f2c1d1e-0000-4000-8000-0000000000aa';
const never = new AbortController().signal;
const wakes = createWakes(async () => undefined);
const postings = (key: string | null = null, month = '01'): { order: ConnectorOrder; key: string | null } => ({
  order: {
    kind: 'readPostings',
    clientGuid: guid,
    fiscalYearId: '20260101',
    from: `2026-${month}-01`,
    to: `2026-${month}-28`,
    expectedRows: 2,
  },
  key,
});
const years: ConnectorOrder = { kind: 'listYears', clientGuid: guid };
const term = (id: string): ConnectorRow => ({ row: 'term', id, caption: 'netto', dueInDays: 30 });
const terms: ConnectorOrder = { kind: 'readTermsOfPayment', clientGuid: guid, fiscalYearId: '20260101' };

let firmId: Id;
let adminId: Id;
let mandantId: Id;
let connectorId: Id;
let connectionId: Id;
let heard: Heard[];
let receivers: Receivers;
beforeEach(async () => {
  const firm = await make.firm('Kanzlei Nord');
  firmId = firm.id;
  adminId = firm.admin.id;
  const mandant = await make.mandant('Muster GmbH', { firmId });
  mandantId = mandant.id;
  connectorId = await layConnector(db, services, firmId, { confirmedBy: adminId, released: [guid] });
  connectionId = await layBinding(db, services, {
    mandantId,
    engagementId: mandant.engagementId ?? '',
    connectorId,
    guid,
  });
  heard = [];
  receivers = listeningReceivers(heard);
});

const ctx = () => connectorCtx(services, connectorId, firmId);
const asJob = <T>(work: Parameters<typeof services.withTenant<T>>[1]) =>
  services.withTenant({ as: 'job', mandantId }, work);
const issue = (order: ConnectorOrder, key: string | null = null) =>
  asJob((tx) => issueOrder(tx, services, { connectorId, mandantId, order, key }));
const beat = (told: Partial<PollRequest> = {}): Promise<PollAnswer> =>
  poll(
    ctx(),
    { receivers, wakes },
    {
      machine: 'DATEV-SRV-01',
      os: 'Windows Server 2022',
      version: '1.0.0',
      lastError: null,
      released: [guid],
      running: [],
      ...told,
    },
    never,
  );
const ours = (answer: PollAnswer) => answer.orders.filter((one) => one.order.kind !== 'listClients');
const send = (
  order: { id: Id; attempt: number },
  number: number,
  rows: readonly ConnectorRow[],
  last: { rows: number; calls: number } | null = null,
) =>
  takePart(ctx(), receivers, {
    last,
    orderId: order.id,
    attempt: order.attempt,
    number,
    body: gzipSync(rows.map((row) => JSON.stringify(row)).join('\n')),
  });
const finish = (order: { id: Id; attempt: number }, rows: number) =>
  endOrder(ctx(), receivers, { orderId: order.id, attempt: order.attempt, end: { ok: true, rows, calls: 1 } });
const switchOff = () => db.sql('update connections set switched_on = false where id = $1', [connectionId]);

describe('an order', () => {
  it('is given once per key, to a Mandant’s own connector and for its own client', async () => {
    const { order, key } = postings('month');
    const first = await issue(order, key);
    expect(first).not.toBeNull();
    expect(await issue(order, key)).toBe(first);
    expect(await issue(order, 'other')).not.toBe(first);
    expect(await issue(order)).not.toBe(await issue(order));
    expect(await issue({ ...order, clientGuid: guid.replace('aa', 'bb') } as ConnectorOrder)).toBeNull();
  });

  it('ends beside another of the same Mandant, and neither waits for the other for ever', async () => {
    await issue(postings().order);
    await issue(postings(null, '02').order);
    const [first, second] = ours(await beat());
    if (!first || !second) throw new Error('two orders were expected');
    // Both transactions hold the binding before either of them goes on.
    const arrived: (() => void)[] = [];
    receivers = listeningReceivers(heard, {
      ended: () =>
        new Promise<void>((goOn) => {
          arrived.push(goOn);
          if (arrived.length === 2) for (const each of arrived) each();
        }),
    });
    await Promise.all([finish(first, 0), finish(second, 0)]);
    const [connection] = await db.sql<{ last: Date | null }>(
      'select last_success_at as last from connections where id = $1',
      [connectionId],
    );
    expect(connection?.last).toEqual(services.now());
  });

  it('that writes into the connector ends beside its revocation, and neither waits for the other for ever', async () => {
    const { orders } = await beat({ released: [guid, guid.replace('aa', 'bb')] });
    const list = orders.find((one) => one.order.kind === 'listClients');
    if (!list) throw new Error('a list of clients was asked for');
    const admin = ctxOf(services, { id: adminId, name: 'Clara Korn', email: 'clara@example.com' });
    let begin: () => void = () => undefined;
    // Begun from here, as another request would: within the order's transaction it would count as nested.
    const revoking = new Promise<void>((now) => {
      begin = now;
    }).then(() => revokeConnector(admin, { firmId, connectorId }));
    const waits = async () => {
      const [row] = await db.sql<{ waits: boolean }>(
        "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits",
      );
      return row?.waits ?? false;
    };
    receivers = listeningReceivers(heard, {
      ended: async (tx) => {
        begin();
        while (!(await waits()));
        await tx
          .updateTable('connectors')
          .set({ clients_read_at: services.now() })
          .where('id', '=', connectorId)
          .execute();
      },
    });
    await finish(list, 0);
    await revoking;
    const [row] = await db.sql<{ done: boolean }>(
      'select revoked_at is not null and clients_read_at is not null as done from connectors where id = $1',
      [connectorId],
    );
    expect(row?.done).toBe(true);
  });

  it('is not given where nobody may be asked: switched off, cut, not confirmed, revoked', async () => {
    const undo: [string, string][] = [
      [
        'update connections set switched_on = false where id = $1',
        'update connections set switched_on = true where id = $1',
      ],
      [
        'update connections set severed_at = now() where id = $1',
        'update connections set severed_at = null where id = $1',
      ],
    ];
    for (const [off, on] of undo) {
      await db.sql(off, [connectionId]);
      expect(await issue(years)).toBeNull();
      await db.sql(on, [connectionId]);
      expect(await issue(years)).not.toBeNull();
    }
    await db.sql('update connectors set confirmed_at = null where id = $1', [connectorId]);
    expect(await issue(years)).toBeNull();
    await db.sql('update connectors set confirmed_at = now(), revoked_at = now() where id = $1', [connectorId]);
    expect(await issue(years)).toBeNull();
    await db.sql('update connectors set revoked_at = null where id = $1', [connectorId]);
    await db.sql("update engagements set ended_at = now(), ended_side = 'mandant' where mandant_id = $1", [mandantId]);
    expect(await issue(years)).toBeNull();
  });

  it('is refused to whoever sees neither Mandant nor firm, and without a Mandant for a client', async () => {
    const stranger = await make.firm('Kanzlei Fremd');
    const as = (userId: Id, given: { mandantId: Id | null; order: ConnectorOrder }) =>
      services.withTenant({ as: 'user', userId }, (tx) =>
        issueOrder(tx, services, { connectorId, key: null, ...given }),
      );
    const listing: ConnectorOrder = { kind: 'listClients' };
    await expect(as(stranger.admin.id, { mandantId, order: years })).rejects.toMatchObject({ code: '42501' });
    await expect(as(stranger.admin.id, { mandantId: null, order: listing })).rejects.toMatchObject({ code: '42501' });
    await expect(as(adminId, { mandantId: null, order: years })).rejects.toMatchObject({ code: '42501' });
    expect(await as(adminId, { mandantId: null, order: listing })).not.toBeNull();
    expect(await as(adminId, { mandantId, order: years })).not.toBeNull();
    await expect(
      services.withTenant({ as: 'user', userId: stranger.admin.id }, (tx) => cancelOrders(tx, services, { mandantId })),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('comes signed with the next poll, at most eight at a time, people’s before the clock’s', async () => {
    for (let n = 0; n < 9; n += 1) await issue(postings().order);
    await issue({ kind: 'probe', clientGuid: guid });
    const first = await beat({ released: [guid, guid.replace('aa', 'bb')] });
    expect(first.orders).toHaveLength(8);
    expect(
      first.orders
        .map((one) => one.order.kind)
        .slice(0, 2)
        .sort(),
    ).toEqual(['listClients', 'probe']);
    const running = first.orders.map((one) => one.id);
    const released = [guid, guid.replace('aa', 'bb')];
    expect((await beat({ running, released })).orders).toEqual([]);
    const [done] = first.orders;
    if (done) await finish(done, 0);
    expect((await beat({ running: running.slice(1), released })).orders).toHaveLength(1);
  });

  it('comes in the order in which it was given, also among those of one transaction', async () => {
    const wanted = Array.from({ length: 8 }, (_, month) => postings(null, `0${month + 1}`));
    const ids = wanted.map(() => services.newId());
    const falling = { ...services, newId: () => ids.pop() ?? '' };
    await asJob((tx) =>
      issueOrders(
        tx,
        falling,
        wanted.map((one) => ({ connectorId, mandantId, ...one })),
      ),
    );
    expect(ours(await beat()).map(({ order }) => order)).toEqual(wanted.map(({ order }) => order));
  });

  it('is handed out anew when the program does not name it as running; its staging is discarded before', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    await send(order, 1, [term('1')]);
    const [again] = ours(await beat());
    expect(again).toMatchObject({ id: order.id, attempt: 2 });
    expect(heard).toEqual([
      { kind: 'readTermsOfPayment', attempt: 1, rows: [term('1')] },
      {
        kind: 'readTermsOfPayment',
        attempt: 1,
        end: { ok: false, rows: 1, calls: 0, code: 'cancelled', detail: null },
      },
    ]);
    await expect(send(order, 2, [term('2')])).rejects.toMatchObject({ code: 'order_gone' });
    if (!again) throw new Error('not again');
    await send(again, 1, [term('1')]);
    await send(again, 2, [term('2')]);
    await finish(again, 2);
    expect(heard.at(-1)).toMatchObject({ attempt: 2, end: { ok: true, rows: 2 } });
    expect(ours(await beat())).toEqual([]);
  });

  it('is handed out anew after ten minutes without a row, also when the program says that it runs', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    services.clock.forward(9 * minute);
    await send(order, 1, [term('1')]);
    services.clock.forward(9 * minute);
    expect(await beat({ running: [order.id] })).toMatchObject({ cancelled: [] });
    services.clock.forward(2 * minute);
    const answer = await beat({ running: [order.id] });
    expect(ours(answer)).toMatchObject([{ id: order.id, attempt: 2 }]);
  });

  it('that never comes to an end is over after five attempts', async () => {
    await issue(terms);
    for (let n = 1; n <= 5; n += 1) expect(ours(await beat())).toMatchObject([{ attempt: n }]);
    expect(ours(await beat())).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ attempt: 5, end: { ok: false, code: 'unexpected' } });
    expect(await issue(terms)).not.toBeNull();
  });

  it('that hangs at the program through five attempts is over, and the program is told to drop it', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    const running = [order.id];
    for (let n = 2; n <= 5; n += 1) {
      services.clock.forward(11 * minute);
      expect(ours(await beat({ running }))).toMatchObject([{ attempt: n }]);
    }
    services.clock.forward(11 * minute);
    expect(ours(await beat({ running }))).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ attempt: 5, end: { ok: false, code: 'unexpected' } });
    services.clock.forward(minute);
    expect(await beat({ running })).toMatchObject({ cancelled: running, orders: [] });
  });

  it('ends with its last part, once however often that comes', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    expect(order.lastPartEnds).toBe(true);
    await send(order, 1, [term('1')]);
    const last = { rows: 2, calls: 1 };
    await send(order, 2, [term('2')], last);
    await send(order, 2, [term('2')], last);
    expect(heard.slice(1)).toMatchObject([{ rows: [term('2')] }, { end: { ok: true, ...last } }]);
    expect(ours(await beat())).toEqual([]);
    await expect(send(order, 3, [term('3')], last)).rejects.toMatchObject({ code: 'order_gone' });
    await finish(order, 2);
    expect(heard).toHaveLength(3);
  });

  it('comes again when rows are missing at its last part', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    await expect(send(order, 1, [term('1')], { rows: 2, calls: 1 })).rejects.toMatchObject({ code: 'rows_differ' });
    expect(heard.at(-1)).toMatchObject({ end: { ok: false, code: 'cancelled' } });
    expect(ours(await beat())).toMatchObject([{ id: order.id, attempt: 2 }]);
  });

  it('that the program gives back comes again', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    const end = { ok: false, rows: 0, calls: 0, code: 'cancelled', detail: null } as const;
    await endOrder(ctx(), receivers, { orderId: order.id, attempt: 1, end });
    expect(ours(await beat())).toMatchObject([{ id: order.id, attempt: 2 }]);
  });
});

describe('off, in the server and at the connector', () => {
  it('cancelled orders are named to the program once, and take neither rows nor an end', async () => {
    await issue(terms);
    await issue(years);
    const orders = ours(await beat());
    const running = orders.map((one) => one.id);
    expect(await asJob((tx) => cancelOrders(tx, services, { mandantId }))).toBe(2);
    const answer = await beat({ running });
    expect(answer.cancelled.sort()).toEqual([...running].sort());
    expect(ours(answer)).toEqual([]);
    for (const order of orders) {
      await expect(send(order, 1, [term('1')])).rejects.toMatchObject({ code: 'order_gone' });
      await expect(finish(order, 0)).rejects.toMatchObject({ code: 'order_gone' });
    }
    expect(heard).toEqual([]);
  });

  it('one that ended while the program polled is not named as cancelled, and another may take its place', async () => {
    for (let n = 0; n < 9; n += 1) await issue(terms);
    const orders = (await beat()).orders;
    const running = orders.map((one) => one.id);
    expect(running).toHaveLength(8);
    expect(await beat({ running })).toMatchObject({ cancelled: [], orders: [] });
    if (orders[0]) await finish(orders[0], 0);
    const answer = await beat({ running });
    expect(answer.cancelled).toEqual([]);
    expect(answer.orders).toHaveLength(1);
  });

  it('rows of a Mandant that was switched off a moment ago are refused, though its orders were not cancelled', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    await switchOff();
    await expect(send(order, 1, [term('1')])).rejects.toMatchObject({ code: 'order_gone' });
    expect(heard).toEqual([]);
  });

  it('a transaction that has found its order sees the Mandant of that order alone', async () => {
    const other = await make.mandant('Zweite GmbH', { firmId });
    const guid = services.newId();
    await layBinding(db, services, { mandantId: other.id, engagementId: other.engagementId ?? '', connectorId, guid });
    await issue(terms);
    const [order] = ours(await beat());
    const bound = await services.withTenant({ as: 'connector', connectorId }, async (tx) => {
      const read = async () => {
        const { rows } = await sql<{ id: Id }>`select b as id from bound_mandanten() b`.execute(tx);
        return rows.map((row) => row.id).sort();
      };
      const before = await read();
      await lockOrder(tx, { id: connectorId, firmId }, order?.id ?? '');
      return [before, await read()];
    });
    expect(bound).toEqual([[mandantId, other.id].sort(), [mandantId]]);
  });

  it('the database itself yields the bound Mandanten, and a write for others is refused by its policies', async () => {
    const bound = () =>
      services.withTenant({ as: 'connector', connectorId }, async (tx) => {
        const { rows } = await sql<{ id: Id }>`select b as id from bound_mandanten() b`.execute(tx);
        return rows.map((row) => row.id);
      });
    const write = () =>
      services.withTenant({ as: 'connector', connectorId }, async (tx) => {
        const result = await tx
          .updateTable('connections')
          .set({ setup: 'ready' })
          .where('mandant_id', '=', mandantId)
          .executeTakeFirst();
        return Number(result.numUpdatedRows);
      });
    expect(await bound()).toEqual([mandantId]);
    expect(await write()).toBe(1);
    await switchOff();
    expect(await bound()).toEqual([]);
    expect(await write()).toBe(0);
    await db.sql('update connections set switched_on = true where id = $1', [connectionId]);
    await db.sql("update engagements set ended_at = now(), ended_side = 'firm' where mandant_id = $1", [mandantId]);
    expect(await bound()).toEqual([]);
    expect(await write()).toBe(0);
  });

  it('a switch-off waits for rows that are just being written, and the next are refused', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    const steps: string[] = [];
    let off: Promise<unknown> = Promise.resolve();
    receivers = listeningReceivers(heard, {
      rows: async () => {
        off = switchOff().then(() => steps.push('off'));
        // The switch-off has reached its lock before this transaction goes on.
        for (let waiting = 0; waiting === 0; ) {
          const [row] = await db.sql<{ count: number }>(
            "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          waiting = row?.count ?? 0;
        }
        steps.push('rows');
      },
    });
    await send(order, 1, [term('1')]);
    await off;
    expect(steps).toEqual(['rows', 'off']);
    await expect(send(order, 2, [term('2')])).rejects.toMatchObject({ code: 'order_gone' });
  });
});

describe('what the answers say of a binding', () => {
  const row = async () => {
    const [found] = await db.sql('select * from connections where id = $1', [connectionId]);
    return found;
  };

  it('the first success makes it work; a failure is looked into by a probe, not more than every ten minutes', async () => {
    expect(await row()).toMatchObject({ last_success_at: null, reachable: null });
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    await finish(order, 0);
    expect(await row()).toMatchObject({ last_success_at: services.now(), reachable: true });
    const fail = async () => {
      await issue(terms);
      const [next] = ours(await beat());
      if (!next) throw new Error('no order');
      const end = { ok: false, rows: 0, calls: 1, code: 'connectionRefused', detail: null } as const;
      await endOrder(ctx(), receivers, { orderId: next.id, attempt: 1, end });
      return ours(await beat());
    };
    expect(await fail()).toMatchObject([{ order: { kind: 'probe', clientGuid: guid } }]);
    await db.sql('update connections set checked_at = $2 where id = $1', [connectionId, services.now()]);
    await db.sql("update connector_orders set state = 'ended', ended_at = $2 where mandant_id = $1", [
      mandantId,
      services.now(),
    ]);
    expect(await fail()).toEqual([]);
  });
});

describe('the watch over connectors', () => {
  it('notices silence once, and forgets used nonces and old orders', async () => {
    await issue(terms);
    const [order] = ours(await beat());
    if (!order) throw new Error('no order');
    await finish(order, 0);
    const silent = async () =>
      (await db.sql<{ at: Date | null }>('select silent_since as at from connectors where id = $1', [connectorId]))[0]
        ?.at;
    const seen = services.now();
    services.clock.forward(3 * minute);
    await watchConnectors(services);
    expect(await silent()).toBeNull();
    services.clock.forward(second);
    await watchConnectors(services);
    expect(await silent()).toEqual(seen);
    await beat();
    expect(await silent()).toBeNull();
    const count = async (table: string) =>
      (await db.sql<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n;
    await db.sql("insert into connector_nonces values ('x', $1)", [services.now()]);
    services.clock.forward(10 * minute + second);
    await watchConnectors(services);
    expect(await count('connector_nonces')).toBe(0);
    services.clock.forward(8 * 24 * 60 * minute);
    await watchConnectors(services);
    expect(await count("connector_orders where state = 'ended'")).toBe(0);
  });
});
