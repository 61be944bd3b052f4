import type { Switches } from '@bruecke/datev-sandbox';
import type { PlantedBug } from './faultyRun.ts';
import type { Verdict } from './oracle.ts';
import { runShard, type ShardResult } from './shard.ts';
import { createTally, reachableCells, type Tally, unreachableCells } from './tally.ts';

/** All readings of DATEV's two duplicate rules. */
const readings: Partial<Switches>[] = (['name+type', 'name+type+bytes'] as const).flatMap((duplicateRule) =>
  (['guid-first', 'duplicate-first'] as const).map((checkOrder) => ({ duplicateRule, checkOrder })),
);

export type SimulationResult = {
  seed: string;
  verdict: Verdict;
  counts: Map<string, number>;
  cellsHit: number;
  missed: string[];
};

/** Deliveries of one shard at most: its table of Mandanten and arrivals stays small. */
const shardSize = 2_500;

/** Each shard waits for its database most of the time. */
const lanes = 4;

/** N deliveries in shards, a quarter of them under each reading. Deterministic by its seed. */
export async function simulateDeliveries(given: {
  seed: string;
  deliveries: number;
  bug?: PlantedBug | null;
  log?: (line: string) => void;
}): Promise<SimulationResult> {
  const shards = Math.max(readings.length, Math.ceil(given.deliveries / shardSize));
  const waiting = Array.from({ length: shards }, (_, index) => ({
    seed: `${given.seed}.${index}`,
    deliveries: Math.ceil(given.deliveries / shards),
    switches: readings[index % readings.length] ?? {},
    bug: given.bug ?? null,
  }));
  const results: ShardResult[] = [];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const result = await runShard(next);
      results.push(result);
      given.log?.(`  shard ${next.seed}: ${JSON.stringify(result.verdict.byPhase)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return add(given.seed, results);
}

function add(seed: string, results: readonly ShardResult[]): SimulationResult {
  const verdict: Verdict = { runs: 0, lost: 0, twice: 0, unresolved: 0, asked: 0, byPhase: {}, details: [] };
  const all: Tally = createTally();
  const counts = new Map<string, number>();
  const missed = results.map(({ tally }) => new Set(tally.missedCells()));
  for (const { verdict: one, tally } of results) {
    for (const key of ['runs', 'lost', 'twice', 'unresolved', 'asked'] as const) verdict[key] += one[key];
    for (const [phase, count] of Object.entries(one.byPhase))
      verdict.byPhase[phase] = (verdict.byPhase[phase] ?? 0) + count;
    verdict.details.push(...one.details);
    for (const [kind, count] of tally.counts()) counts.set(kind, (counts.get(kind) ?? 0) + count);
  }
  const everywhere = all.missedCells().filter((cell) => missed.every((set) => set.has(cell)));
  return { seed, verdict, counts, cellsHit: reachableCells - everywhere.length, missed: everywhere };
}

/** Kinds that happen once or by design to few (an outage holds the queue, so few calls meet it). */
const rare = new Set(['outage of two days', 'cut', 'Belegfreigabe on']);

/** Everything that makes a run red. Empty: green. */
export function complaints(result: SimulationResult): string[] {
  const { verdict, counts } = result;
  const few = [...counts].filter(([kind, count]) => !rare.has(kind) && count < verdict.runs / 100);
  return [
    ...(verdict.lost > 0 ? [`${verdict.lost} lost`] : []),
    ...(verdict.twice > 0 ? [`${verdict.twice} arrived twice`] : []),
    ...(verdict.unresolved > 0 ? [`${verdict.unresolved} unresolved`] : []),
    ...(verdict.asked > verdict.runs / 50 ? [`${verdict.asked} asked is more than 2 %`] : []),
    ...few.map(([kind, count]) => `${kind} only ${count} times`),
    ...(result.missed.length > 0 ? [`cells never hit: ${result.missed.join(', ')}`] : []),
  ];
}

export function report(result: SimulationResult): string {
  const { verdict, counts } = result;
  const lines = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, count]) => `  ${kind.padEnd(24)} ${count}`);
  return [
    `seed ${result.seed}`,
    'faults injected and answers met:',
    ...lines,
    `state-table cells hit: ${result.cellsHit} of ${reachableCells} that can be reached; by construction not: ${unreachableCells.join(', ')}`,
    `phases at the end: ${JSON.stringify(verdict.byPhase)}`,
    ...verdict.details.slice(0, 20).map((detail) => `  ! ${detail}`),
    `simulate deliveries: runs ${verdict.runs}, lost ${verdict.lost}, twice ${verdict.twice}, unresolved ${verdict.unresolved}, asked ${verdict.asked}`,
  ].join('\n');
}
