import { expect, it } from 'vitest';
import { seedWorld } from '../seed-world.ts';
import { clientIdOf } from '../world.ts';
import { createOnPremSandbox } from './sandbox.ts';
import { seedBooks } from './seedBooks.ts';

it('the firm’s server has the cloud’s clients of one firm, and their vouchers in the books', () => {
  const world = seedWorld('x');
  const guid = 'CB6A1F0E-0000-4000-8000-000000000001';
  const [first] = world.clients;
  const given = seedBooks('x', world, '2026-03-20', (id) => (first && id === clientIdOf(first) ? [guid] : []));
  const books = createOnPremSandbox(given).control.books();
  const inCloud = world.clients.filter((one) => one.consultantNumber === first?.consultantNumber && one.stock);
  expect(books.map(({ consultantNumber, clientNumber }) => `${consultantNumber}-${clientNumber}`)).toEqual(
    inCloud.map(clientIdOf),
  );
  expect(new Set(books.map((one) => one.guid)).size).toBe(books.length);
  const links = books.flatMap(({ years }) => years.flatMap(({ inside }) => [...inside.ledger.links.values()]));
  expect(links).toEqual([`BEDI "${guid}"`]);
  expect(seedBooks('x', world, '2026-03-20').password).toBe(given.password);
});
