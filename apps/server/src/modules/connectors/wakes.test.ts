import { expect, it } from 'vitest';
import { abortableWait } from '../../abortableWait.ts';
import { createWakes } from './wakes.ts';

const never = new AbortController().signal;

it('ends the waits of the connector that is woken, also when it is woken before it waits, and no others', async () => {
  const ended: string[] = [];
  const wakes = createWakes(abortableWait);
  const first = wakes.listen('a');
  const second = wakes.listen('a');
  const other = wakes.listen('b');
  const hangUp = new AbortController();
  const waits = [
    first.until(60_000, never).then(() => ended.push('a')),
    other.until(60_000, hangUp.signal).then(() => ended.push('b')),
  ];
  wakes.wake('a');
  await waits[0];
  await second.until(60_000, never);
  expect(ended).toEqual(['a']);
  hangUp.abort();
  await waits[1];
  expect(ended).toEqual(['a', 'b']);
  for (const one of [first, second, other]) one.end();
  const later = wakes.listen('c');
  wakes.wakeAll();
  await later.until(60_000, never);
});
