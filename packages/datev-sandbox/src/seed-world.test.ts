import { expect, test } from 'vitest';
import { seedWorld } from './seed-world.ts';
import { clientIdOf } from './world.ts';

test('a seed makes the same world each time, another seed another one', () => {
  expect(seedWorld(7)).toEqual(seedWorld(7));
  expect(seedWorld(7)).not.toEqual(seedWorld(8));
});

test('numbers, ids and rights fit together for many seeds and sizes', () => {
  for (let seed = 0; seed < 40; seed++) {
    const world = seedWorld(seed, { consultants: 1 + (seed % 4), clientsPerConsultant: 1 + (seed % 20) });
    const ids = world.clients.map(clientIdOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => /^[1-9]\d{3,6}-[1-9]\d{0,4}$/.test(id))).toBe(true);
    expect(new Set(world.people.map((person) => person.id)).size).toBe(world.people.length);
    expect(world.people.flatMap((person) => Object.keys(person.access)).every((id) => ids.includes(id))).toBe(true);
    expect(world.clients.every((client) => client.documentTypes.length >= 4)).toBe(true);
  }
});
