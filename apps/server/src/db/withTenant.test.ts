import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './testDatabase.ts';
import { NestedTransactionError, type Tx } from './withTenant.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function whoAmI(tx: Tx) {
  const { rows } = await sql<{ role: string; user: string | null; mandant: string | null; scope: string | null }>`
    select current_user as role, app_user() as "user", app_mandant() as mandant, app_scope() as scope`.execute(tx);
  return rows[0];
}

async function grantAccess(userId: string, mandantId: string, rights: readonly string[] = ['read']) {
  await db.sql('insert into access (user_id, mandant_id, via, rights) values ($1, $2, $3, $4)', [
    userId,
    mandantId,
    'mandant',
    rights,
  ]);
}

describe('withTenant', () => {
  it('takes on the role and the person for one transaction and leaves nothing behind', async () => {
    const userId = randomUUID();
    expect(await db.withTenant({ as: 'user', userId }, whoAmI)).toEqual({
      role: 'bruecke_user',
      user: userId,
      mandant: null,
      scope: null,
    });
    const mandantId = randomUUID();
    expect(await db.withTenant({ as: 'job', mandantId }, whoAmI)).toEqual({
      role: 'bruecke_job',
      user: null,
      mandant: mandantId,
      scope: null,
    });
    expect(await db.withRole('sealer', whoAmI)).toMatchObject({ role: 'bruecke_sealer', user: null, mandant: null });
  });

  it('shows a person only their own access, and an API key only its mandant', async () => {
    const [userId, other, first, second] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await grantAccess(userId, first);
    await grantAccess(userId, second);
    await grantAccess(other, second);
    const read = (tx: Tx) => tx.selectFrom('access').select('mandant_id').orderBy('mandant_id').execute();
    const own = await db.withTenant({ as: 'user', userId }, read);
    expect(own.map((row) => row.mandant_id)).toEqual([first, second].sort());
    const scoped = await db.withTenant({ as: 'user', userId, scopeMandantId: first }, read);
    expect(scoped).toEqual([{ mandant_id: first }]);
    expect(await db.withTenant({ as: 'job', mandantId: second }, read)).toHaveLength(2);
  });

  it('shows in a transaction about one Mandant this one alone, and never more than without', async () => {
    const [userId, first, second, foreign] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    for (const mandantId of [first, second]) await grantAccess(userId, mandantId);
    await grantAccess(randomUUID(), foreign);
    const seen = async (context: { aboutMandantId: string; scopeMandantId?: string }) =>
      (
        await db.withTenant({ as: 'user', userId, ...context }, (tx) => tx.selectFrom('access').selectAll().execute())
      ).map((row) => row.mandant_id);
    expect(await seen({ aboutMandantId: first })).toEqual([first]);
    expect(await seen({ aboutMandantId: foreign })).toEqual([]);
    expect(await seen({ aboutMandantId: first, scopeMandantId: first })).toEqual([first]);
    expect(await seen({ aboutMandantId: second, scopeMandantId: first })).toEqual([]);
    expect(await seen({ aboutMandantId: first, scopeMandantId: second })).toEqual([]);
  });

  it('cuts the rights of an API key with those of the person', async () => {
    const [userId, mandantId] = [randomUUID(), randomUUID()];
    await grantAccess(userId, mandantId, ['read', 'handIn']);
    const has = (right: string, rights?: readonly string[]) =>
      db.withTenant({ as: 'user', userId, ...(rights ? { rights } : {}) }, async (tx) => {
        const { rows } = await sql<{ has: boolean }>`select app_has_right(${mandantId}, ${right}) as has`.execute(tx);
        return rows[0]?.has;
      });
    expect(await has('handIn')).toBe(true);
    expect(await has('handIn', ['read'])).toBe(false);
    expect(await has('cut', ['cut'])).toBe(false);
    expect(await has('read', [])).toBe(false);
  });

  it('refuses ids that are not UUIDs before anything is sent', async () => {
    const userId = "x'; drop table access; --";
    await expect(db.withTenant({ as: 'user', userId }, whoAmI)).rejects.toThrow('not a UUID');
    await expect(db.withTenant({ as: 'user', userId: randomUUID(), rights: ["a'"] }, whoAmI)).rejects.toThrow('right');
  });

  it('rolls back when the work throws, and gives the connection back usable', async () => {
    const failing = db.withRole('dispatcher', async (tx) => {
      await tx.insertInto('workers').values({ id: 'lost' }).execute();
      throw new Error('planned');
    });
    await expect(failing).rejects.toThrow('planned');
    const rows = await db.withRole('dispatcher', (tx) => tx.selectFrom('workers').selectAll().execute());
    expect(rows).toEqual([]);
  });

  it('does not report success when a failed statement was swallowed', async () => {
    const swallowing = db.withRole('dispatcher', async (tx) => {
      await tx.insertInto('workers').values({ id: 'one' }).execute();
      await sql`select 1/0`.execute(tx).catch(() => undefined);
    });
    await expect(swallowing).rejects.toThrow('rolled back');
  });

  it('commits in one breath what is sent at once, undoes all of it after a failure, and takes nothing later', async () => {
    const write = (tx: Tx, id: string) => tx.insertInto('workers').values({ id }).execute();
    const kept = async () => {
      const rows = await db.withRole('dispatcher', (tx) =>
        tx.selectFrom('workers').select('id').orderBy('id').execute(),
      );
      return rows.map(({ id }) => id);
    };
    const breath = (work: (tx: Tx) => Promise<unknown>) => db.withRole('dispatcher', work, { oneBreath: true });
    await breath((tx) => Promise.all([write(tx, 'breath 1'), write(tx, 'breath 2')]));
    expect(await kept()).toEqual(['breath 1', 'breath 2']);
    const failing = breath((tx) => Promise.all([write(tx, 'breath 3'), sql`select 1/0`.execute(tx)]));
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    const slow = breath(async (tx) => {
      await whoAmI(tx);
      await write(tx, 'breath 4');
    });
    await expect(slow).rejects.toThrow('has ended');
    expect(await kept()).toEqual(['breath 1', 'breath 2']);
    expect(await db.withRole('sealer', whoAmI)).toMatchObject({ role: 'bruecke_sealer' });
    await db.withRole('dispatcher', (tx) => tx.deleteFrom('workers').execute());
  });

  it('refuses a transaction inside a transaction, and a handle that outlived its own', async () => {
    const nested = db.withRole('auth', () => db.withRole('auth', whoAmI));
    await expect(nested).rejects.toBeInstanceOf(NestedTransactionError);
    const kept = await db.withRole('auth', async (tx) => tx);
    await expect(whoAmI(kept)).rejects.toThrow('has ended');
    expect(await db.withRole('auth', whoAmI)).toMatchObject({ role: 'bruecke_auth' });
  });

  it('repeats a deadlocked transaction only when asked to', async () => {
    await db.withRole('dispatcher', (tx) =>
      tx
        .insertInto('workers')
        .values([{ id: 'a' }, { id: 'b' }])
        .execute(),
    );
    const touch = (tx: Tx, id: string) => sql`update workers set seen_at = now() where id = ${id}`.execute(tx);
    async function crossed(retries: number) {
      let waiting = 0;
      let open: () => void = () => undefined;
      const both = new Promise<void>((resolve) => {
        open = resolve;
      });
      const run = (first: string, second: string) =>
        db.withRole(
          'dispatcher',
          async (tx) => {
            await touch(tx, first);
            waiting += 1;
            if (waiting >= 2) open();
            await both;
            await touch(tx, second);
          },
          { retries },
        );
      return Promise.allSettled([run('a', 'b'), run('b', 'a')]);
    }
    expect((await crossed(0)).map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await crossed(1)).map((result) => result.status)).toEqual(['fulfilled', 'fulfilled']);
  });
});

describe('statements that go out together', () => {
  it('are answered in the order in which they were sent, however they were built', async () => {
    const id = randomUUID();
    const seen = await db.withRole('dispatcher', async (tx) => {
      const count = () =>
        sql<{ count: number }>`select count(*)::int as count from workers where id = ${id}`.execute(tx);
      const [before, , after] = await Promise.all([
        count(),
        tx.insertInto('workers').values({ id }).execute(),
        count(),
      ]);
      return [before.rows[0]?.count, after.rows[0]?.count];
    });
    expect(seen).toEqual([0, 1]);
  });

  it('fail with the first error, are all undone, and leave the connection usable', async () => {
    const id = randomUUID();
    const count = (tx: Tx) => sql`select count(*) from workers where id = ${id}`.execute(tx);
    const failing = db.withRole('dispatcher', (tx) =>
      Promise.all([
        tx.insertInto('workers').values({ id }).execute(),
        sql`select 1 / 0`.execute(tx),
        sql`select no_such_function()`.execute(tx),
        count(tx),
      ]),
    );
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    // Often enough that the statement is a prepared one, the first time in a transaction that has failed already.
    for (let time = 0; time < 6; time += 1) {
      await db
        .withRole('dispatcher', (tx) => Promise.all([sql`select 1 / 0`.execute(tx), count(tx)]))
        .catch(() => undefined);
      expect((await db.withRole('dispatcher', count)).rows).toEqual([{ count: 0 }]);
    }
  });

  it('end with the first failure: what one of them would send afterwards is refused, not run outside of the transaction', async () => {
    const users: unknown[] = [];
    let straggler: Promise<void> | undefined;
    const failing = db.withRole('dispatcher', async (tx) => {
      straggler = keepAsking(tx, users);
      await sql`select 1 / 0`.execute(tx);
    });
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    await straggler;
    expect(new Set(users)).toEqual(new Set(['bruecke_dispatcher']));
  });

  it('all fail when the connection breaks, and the next transaction gets another one', async () => {
    let tellPid = (_pid: number) => {};
    const pid = new Promise<number>((resolve) => {
      tellPid = resolve;
    });
    const working = db.withRole('dispatcher', async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      tellPid(rows[0]?.pid ?? 0);
      return Promise.allSettled([sql`select pg_sleep(60)`.execute(tx), whoAmI(tx), whoAmI(tx)]);
    });
    // Waited for from now on: it may fail before the answer to what breaks it is there.
    const broken = expect(working).rejects.toThrow();
    await db.sql('select pg_terminate_backend($1)', [await pid]);
    await broken;
    expect(await db.withRole('dispatcher', whoAmI)).toMatchObject({ role: 'bruecke_dispatcher' });
  });
});

/** Asks until its handle is refused, whatever else fails; keeps as whom it was answered. */
async function keepAsking(tx: Tx, users: unknown[]): Promise<void> {
  for (;;) {
    try {
      users.push((await whoAmI(tx))?.role);
    } catch (error) {
      if (error instanceof Error && error.message.includes('has ended')) return;
    }
  }
}
