import { expect, it } from 'vitest';
import { runChaos } from './chaos.ts';

it('loses nothing and sends nothing twice when the server is killed five times', { timeout: 900_000 }, async () => {
  const lines: string[] = [];
  const report = await runChaos({ kills: 5, seed: 20_261_124, log: (line) => lines.push(line) });
  expect(report).toEqual({
    acknowledged: report.acknowledged,
    repeated: report.repeated,
    lost: [],
    changed: [],
    notArrived: [],
    arrivedTwice: [],
    surplus: 0,
    withoutReceipt: [],
  });
  // Otherwise it was a calm day, and nothing was shown.
  expect(lines).toHaveLength(5);
  expect(report.repeated).toBeGreaterThan(0);
  expect(report.acknowledged).toBeGreaterThan(20);
});
