import { expect, it } from 'vitest';
import { createAbsence } from './absence.ts';

const reason = { de: 'Beendet.', en: 'Ended.' };

it('several who are refused wait for the same return, and know the first reason', async () => {
  const absence = createAbsence();
  absence.subscribe(() => undefined);
  const [first, second] = [absence.begin(reason), absence.begin(undefined)];
  expect(second).toBe(first);
  expect([absence.current()?.reason, absence.untilBack()]).toEqual([reason, first]);
  absence.end();
  await first;
  expect([absence.current(), absence.untilBack()]).toEqual([null, undefined]);
});

it('begins only where somebody can sign in again', () => {
  const absence = createAbsence();
  expect(absence.begin(reason)).toBeNull();
  const end = absence.subscribe(() => undefined);
  end();
  expect(absence.begin(reason)).toBeNull();
});
