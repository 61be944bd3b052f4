import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import type { Tx } from '../db/withTenant.ts';
import { addMandant } from '../modules/vouchers/testVouchers.ts';
import { createTestServices, type TestServices } from '../testServices.ts';
import { inMandant } from './inMandant.ts';
import { togetherInMandant } from './togetherInMandant.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());

/** A query that has forgotten which Mandant it is about. */
const named = async (tx: Tx) => (await tx.selectFrom('mandanten').select('name').execute()).map(({ name }) => name);

describe('a transaction about one Mandant', () => {
  it('has no other one in sight, of all that the person may see', async () => {
    const { mandantId, ctx } = await addMandant(db, services, { name: 'Tischlerei Brandt' });
    const other = await addMandant(db, services, { name: 'Gasthof Brandt' });
    await db.sql("insert into mandant_members (mandant_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
      other.mandantId,
      ctx.caller.userId,
      services.now(),
    ]);
    expect(await inMandant(ctx, mandantId, 'read', named)).toEqual(['Tischlerei Brandt']);
    expect(await inMandant(ctx, other.mandantId, 'read', named)).toEqual(['Gasthof Brandt']);
    const together = togetherInMandant('read', async (tx, _ctx, _id, inputs) =>
      Promise.all(inputs.map(() => named(tx))),
    );
    expect(await together(ctx, mandantId, null)).toEqual(['Tischlerei Brandt']);
  });
});
