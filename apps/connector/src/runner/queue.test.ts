import { expect, test } from 'vitest';
import { createQueue, type Job } from './queue.ts';

/** A job that ends when told, or when broken off. */
function job(id: string, attempt = 1) {
  const state = { begun: false, brokenOff: false, end: () => {} };
  const made: Job = {
    id,
    attempt,
    run: (signal) => {
      state.begun = true;
      return new Promise((resolve) => {
        state.end = resolve;
        signal.addEventListener('abort', () => {
          state.brokenOff = true;
          resolve();
        });
      });
    },
  };
  return { state, made };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('two at once, the others in their turn', async () => {
  const queue = createQueue(2);
  const jobs = ['a', 'b', 'c'].map((id) => job(id));
  for (const { made } of jobs) queue.add(made);
  expect(jobs.map(({ state }) => state.begun)).toEqual([true, true, false]);
  expect(queue.ids()).toEqual(['a', 'b', 'c']);
  const less = queue.oneLess();
  jobs[0]?.state.end();
  await less;
  await turn();
  expect(jobs[2]?.state.begun).toBe(true);
  expect(queue.ids()).toEqual(['b', 'c']);
});

test('what is cancelled is broken off, or never begun; its next attempt is another job', async () => {
  const queue = createQueue(1);
  const [first, second] = [job('a'), job('b')];
  queue.add(first.made);
  queue.add(second.made);
  queue.cancel(['a', 'b']);
  const again = job('a', 2);
  queue.add(again.made);
  await turn();
  await turn();
  expect([first.state.brokenOff, second.state.begun, again.state.begun]).toEqual([true, false, true]);
  expect(queue.has({ id: 'a', attempt: 2 })).toBe(true);
  expect(queue.has({ id: 'a', attempt: 1 })).toBe(false);
  await queue.stop();
  expect(queue.ids()).toEqual([]);
  expect(again.state.brokenOff).toBe(true);
});

test('nothing in hand: nothing to wait for', async () => {
  await createQueue(2).oneLess();
  await createQueue(2).stop();
});
