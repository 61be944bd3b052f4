import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutInstance } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, second, type TestServices } from '../../testServices.ts';
import { cachedSettings } from './cachedSettings.ts';

let db: TestDatabase;
let services: TestServices;

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  await layOutInstance(db, services);
});
afterAll(() => db.close());

/** The settings of a process whose reads are counted; those that `fails` names fail. */
function counted(fails: (read: number) => boolean = () => false) {
  let reads = 0;
  const withTenant: Services['withTenant'] = (context, work, options) => {
    reads += 1;
    if (fails(reads)) return Promise.reject(new Error('the database is away'));
    return db.withTenant(context, work, options);
  };
  const settings = cachedSettings({ ...services, withTenant });
  const mandantId = services.newId();
  return { ask: () => settings(mandantId), reads: () => reads };
}

describe('cached settings', () => {
  it('are read once for all jobs that ask at the same time, also when they have run out', async () => {
    const { ask, reads } = counted();
    const asked = await Promise.all([ask(), ask(), ask()]);
    expect(asked.map((settings) => settings?.clientId)).toEqual(Array(3).fill(asked[0]?.clientId));
    expect(asked[0]).not.toBeNull();
    services.clock.forward(5 * second);
    await Promise.all([ask(), ask(), ask()]);
    expect(reads()).toBe(2);
    services.clock.forward(4 * second);
    await ask();
    expect(reads()).toBe(2);
  });

  it('are asked for anew after a read that failed', async () => {
    const { ask, reads } = counted((read) => read === 1);
    const asked = await Promise.allSettled([ask(), ask()]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await ask()).not.toBeNull();
    expect(reads()).toBe(2);
  });
});
