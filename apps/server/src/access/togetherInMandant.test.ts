import type { Right } from '@bruecke/model';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import type { Tx } from '../db/withTenant.ts';
import { addMandant, addMember } from '../modules/vouchers/testVouchers.ts';
import { createTestServices, type TestServices } from '../testServices.ts';
import { togetherInMandant } from './togetherInMandant.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());

/** Answers each input with the transaction that it was asked in. */
function verb(name: string, right: Right = 'handIn') {
  return togetherInMandant(right, async (tx: Tx, _ctx, _mandantId, inputs: readonly string[]) => {
    const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
    if (inputs.includes('bad')) throw new Error('bad');
    return inputs.map((input) => ({ said: `${name} ${input}`, transaction: rows[0]?.id }));
  });
}

describe('togetherInMandant', () => {
  it('lets verbs that need the same right share a transaction, and gives each its own answers', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const [look, keep] = [verb('look'), verb('keep')];
    const answers = await Promise.all([
      look(ctx, mandantId, 'a'),
      keep(ctx, mandantId, 'b'),
      look(ctx, mandantId, 'c'),
      verb('read', 'read')(ctx, mandantId, 'd'),
    ]);
    expect(answers.map(({ said }) => said)).toEqual(['look a', 'keep b', 'look c', 'read d']);
    const [first, second, third, other] = answers.map(({ transaction }) => transaction);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  it('keeps people apart, and lets one that fails take no other down', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const colleague = await addMember(db, services, mandantId);
    const reader = await addMember(db, services, mandantId, ['read']);
    const [look, keep] = [verb('look'), verb('keep')];
    const refused = expect(look(reader, mandantId, 'a')).rejects.toMatchObject({ code: 'right_missing' });
    const failed = expect(keep(ctx, mandantId, 'bad')).rejects.toThrow('bad');
    const [mine, theirs] = await Promise.all([look(ctx, mandantId, 'b'), look(colleague, mandantId, 'c')]);
    await Promise.all([refused, failed]);
    expect([mine.said, theirs.said]).toEqual(['look b', 'look c']);
    expect(theirs.transaction).not.toBe(mine.transaction);
  });
});
