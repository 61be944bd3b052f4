import { expect, test } from 'vitest';
import { createGate } from './gate.ts';

test('never more than its width at once, first come first served, also when somebody leaves and comes at the same time', async () => {
  const gate = createGate(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const leave = await gate.enter();
      order.push(i);
      most = Math.max(most, ++inside);
      for (let turn = 0; turn < i % 5; turn++) await Promise.resolve();
      inside--;
      leave();
      leave();
    }),
  );
  expect(most).toBe(2);
  expect(order).toEqual(Array.from({ length: 50 }, (_, i) => i));
});
