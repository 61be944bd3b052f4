import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { dayArray } from './dayArray.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

it('PostgreSQL reads the days that were written', async () => {
  const days = ['2026-01-31', '2026-01-31', '2024-02-29', '1999-12-31', '0001-01-01', '9999-12-31'];
  const [row] = await db.sql<{ days: string[] }>('select $1::date[]::text[] as days', [dayArray(days)]);
  expect(row?.days).toEqual(days);
});

it.each(['2026-02-30', '2026-02-29', '0000-01-01'])('PostgreSQL refuses %s', async (day) => {
  await expect(db.sql('select $1::date[]', [dayArray(['2026-01-31', day])])).rejects.toMatchObject({
    code: expect.stringMatching(/^22/),
  });
});
