import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, minute, second } from '../../testServices.ts';
import { isGoodNonce, newNonce, useNonce } from './nonces.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const connectorId = '00000001-0000-4000-8000-00000000000a';
const other = '00000001-0000-4000-8000-00000000000b';

it('a nonce is good for its connector and for five minutes, at every process with the same keys', () => {
  const services = createTestServices(db);
  const elsewhere = createTestServices(db, { seed: 2, start: services.now() });
  const nonce = newNonce(services, connectorId);
  expect(isGoodNonce(services, connectorId, nonce)).toBe(true);
  expect(isGoodNonce(elsewhere, connectorId, nonce)).toBe(true);
  expect(isGoodNonce(services, other, nonce)).toBe(false);
  expect(isGoodNonce(services, connectorId, `${nonce.slice(0, -2)}AA`)).toBe(false);
  const middle = nonce[20] === 'A' ? 'B' : 'A';
  expect(isGoodNonce(services, connectorId, nonce.slice(0, 20) + middle + nonce.slice(21))).toBe(false);
  expect(isGoodNonce(services, connectorId, '')).toBe(false);
  services.clock.forward(5 * minute);
  expect(isGoodNonce(services, connectorId, nonce)).toBe(true);
  services.clock.forward(second);
  expect(isGoodNonce(services, connectorId, nonce)).toBe(false);
});

it('is used up once, also when two processes get it at the same moment', async () => {
  const services = createTestServices(db);
  const nonce = newNonce(services, connectorId);
  const use = () => db.withTenant({ as: 'connector', connectorId }, (tx) => useNonce(tx, services, nonce));
  const used = await Promise.all([use(), use(), use()]);
  expect(used.filter(Boolean)).toHaveLength(1);
  expect(await use()).toBe(false);
});
