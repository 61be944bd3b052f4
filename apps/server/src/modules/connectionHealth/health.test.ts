import { expect, it } from 'vitest';
import { holdFrom, pauseAfter } from './health.ts';

const hour = 3600;

it('pauses longer with each failure, up to an hour: an outage of two days costs some fifty calls (G-32, G-33)', () => {
  let [calls, seconds] = [0, 0];
  for (let pause = 0; seconds < 48 * hour; calls += 1) {
    const next = pauseAfter(calls + 1, null);
    expect(next).toBeGreaterThanOrEqual(pause);
    pause = next;
    seconds += pause;
  }
  expect(pauseAfter(1, null)).toBe(5);
  expect(pauseAfter(holdFrom, null)).toBe(60);
  expect(pauseAfter(1000, null)).toBe(hour);
  expect(calls).toBeLessThan(56);
});

it('waits as long as DATEV asks for, and never less than it would by itself (G-38)', () => {
  expect(pauseAfter(1, 1200)).toBe(1200);
  expect(pauseAfter(7, 30)).toBe(hour);
});
