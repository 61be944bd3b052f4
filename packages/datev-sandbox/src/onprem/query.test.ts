import { expect, it } from 'vitest';
import { fits, readFilter, readPage, selecting } from './query.ts';

const filterable = {
  number: ['eq', 'ge', 'le'],
  name: ['eq', 'contains', 'startswith'],
  date: ['eq', 'ge', 'le'],
  'state.id': ['eq'],
} as const;
const matches = (text: string, wire: Record<string, string | number | null>) => {
  const filter = readFilter(text, filterable);
  return filter === null ? 'refused' : fits(filter, (property) => wire[property]);
};

it('compares numbers by value, text as text, and joins with and', () => {
  expect(matches('number ge 9 and number le 10', { number: 10 })).toBe(true);
  expect(matches('number eq 10', { number: 9 })).toBe(false);
  expect(matches("name eq 'Müller and Söhne'", { name: 'Müller and Söhne' })).toBe(true);
  expect(matches("name eq 'O''Hara'", { name: "O'Hara" })).toBe(true);
  expect(matches("contains(name,'ÜLL') and startswith(name,Mü)", { name: 'Müller' })).toBe(true);
  expect(matches('state.id eq 5', { 'state.id': '5' })).toBe(true);
  expect(matches('name eq x', { name: null })).toBe(false);
});

it('compares days by the day, stamps in time, a stamp without zone in the server’s own', () => {
  const midnight = { date: '2025-10-26T00:00:00.000+02:00' };
  expect(matches('date le 2025-10-26', midnight)).toBe(true);
  expect(matches('date ge 2025-10-27', midnight)).toBe(false);
  expect(matches('date eq 2025-10-25T22:00:00Z', midnight)).toBe(true);
  expect(matches('date ge 2025-10-26T00:00:00.999+02:00', midnight)).toBe(true);
  expect(matches('date ge 2025-10-26T00:00:01', midnight)).toBe(false);
  expect(matches('date ge 2025-10-26T00:00', midnight)).toBe(true);
});

it('refuses properties and operators that a resource does not know, and what is no filter', () => {
  for (const text of [
    'city eq x',
    'name ge x',
    'number startswith 1',
    'number eq',
    'eq 1',
    'name eq two words',
    'number eq 1 or number eq 2',
  ])
    expect(matches(text, { number: 1 })).toBe('refused');
  expect(matches('', { number: 1 })).toBe(true);
});

it('knows or where documents do', () => {
  const filter = readFilter('number eq 1 or number eq 2 and name eq x', filterable, true);
  expect([1, 2].map((number) => fits(filter ?? [], (property) => ({ number, name: 'y' })[property]))).toEqual([
    true,
    false,
  ]);
});

it('reads pages and selections; options with a dollar are none', () => {
  const query = (text: string) => new URLSearchParams(text);
  expect(readPage(query('top=2&skip=3'))).toEqual({ top: 2, skip: 3 });
  expect(readPage(query('$top=2'))).toEqual({ top: Number.POSITIVE_INFINITY, skip: 0 });
  expect(readPage(query('top=5000'), 1_000)?.top).toBe(1_000);
  expect(readPage(query('top=-1'))).toBe(null);
  expect(selecting(query('select=id, name,unknown'))({ id: 1, name: 'x', other: 2 })).toEqual({ id: 1, name: 'x' });
});
