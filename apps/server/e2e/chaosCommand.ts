import { runChaos } from './chaos.ts';

/** `npm run chaos`: the server is killed 20 times (or CHAOS_KILLS); ends with a line that a program can read, and 0 or 1. */
const kills = Number(process.env['CHAOS_KILLS'] ?? 20);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const report = await runChaos({ kills, seed, log: (line) => console.log(line) });
const { acknowledged, repeated, lost, changed, notArrived, arrivedTwice, surplus, withoutReceipt } = report;
console.log(`repeated uploads ${repeated}, surplus vouchers ${surplus}, without receipt ${withoutReceipt.length}`);
for (const [what, ids] of Object.entries({ lost, changed, notArrived, arrivedTwice, withoutReceipt }))
  if (ids.length > 0) console.log(`${what}: ${ids.join(' ')}`);
const gone = lost.length + changed.length + notArrived.length;
console.log(
  `chaos: seed ${seed}, kills ${kills}, acknowledged ${acknowledged}, lost ${gone}, twice ${arrivedTwice.length}`,
);
process.exitCode = gone + arrivedTwice.length + surplus + withoutReceipt.length === 0 ? 0 : 1;
