import { expect, test } from 'vitest';
import { seedWorld } from './seed-world.ts';
import { checkWorld, clientIdOf } from './world.ts';

test('a seed makes the same world each time, another seed another one', () => {
  expect(seedWorld(7)).toEqual(seedWorld(7));
  expect(seedWorld(7)).not.toEqual(seedWorld(8));
});

test('numbers, ids and rights fit together for many seeds and sizes', () => {
  for (let seed = 0; seed < 40; seed++) {
    const world = seedWorld(seed, { consultants: 1 + (seed % 4), clientsPerConsultant: 1 + (seed % 20) });
    checkWorld(world);
    const ids = world.clients.map(clientIdOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[1-9]\d{3,6}-[1-9]\d{0,4}$/.test(id))).toBe(true);
    expect(new Set(world.people.map((person) => person.id)).size).toBe(world.people.length);
    expect(world.people.flatMap((person) => Object.keys(person.access)).every((id) => ids.includes(id))).toBe(true);
    expect(world.clients.every((client) => client.documentTypes.length >= 4)).toBe(true);
  }
});

test('a world that cannot be is refused with the reason', () => {
  const world = seedWorld(1);
  const [client] = world.clients;
  const [person] = world.people;
  if (client === undefined || person === undefined) throw new Error('a seeded world is not empty');
  expect(() => checkWorld({ ...world, clients: [...world.clients, client] })).toThrow('exists twice');
  expect(() => checkWorld({ ...world, people: [{ ...person, access: { '1-1': ['documents'] } }] })).toThrow(
    'rights at 1-1',
  );
  expect(() => checkWorld({ ...world, clients: [{ ...client, clientNumber: 123_456 }], people: [] })).toThrow('1 to 5');
});
