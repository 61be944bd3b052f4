import { type DeliveryEvent, type DeliveryPhase, deliveryEvents, deliveryPhases } from '@bruecke/model';

/** What was injected, what was seen, and what must not be. */
export type Tally = {
  count(kind: string): void;
  answer(upload: boolean, status: number): void;
  cell(phase: DeliveryPhase, event: DeliveryEvent): void;
  wrong(what: string): void;
  counts(): ReadonlyMap<string, number>;
  wrongs(): ReadonlyMap<string, number>;
  cellsHit(): number;
  missedCells(): string[];
};

/**
 * What no order of the real verbs leads to. A delivery is cancelled only while none of its attempts is without an answer, and what is on the
 * wire is ended by whoever records its answer; so nothing can come late. The table has the cell all the same, being total.
 */
export const unreachableCells = ['cancelled × arrived'];
export const reachableCells = deliveryPhases.length * deliveryEvents.length - unreachableCells.length;

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const wrongs = new Map<string, number>();
  const cells = new Set<string>();
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  return {
    count: (kind) => void add(counts, kind),
    answer: (upload, status) => {
      if (status === 409 || status === 429 || status === 503 || status === 401) add(counts, `answer ${status}`);
      if (upload && status === 201) add(counts, 'answer 201');
    },
    cell: (phase, event) => {
      const cell = `${phase} × ${event}`;
      if (unreachableCells.includes(cell)) add(wrongs, `${cell} was taken for unreachable`);
      else cells.add(cell);
    },
    wrong: (what) => void add(wrongs, what),
    counts: () => counts,
    wrongs: () => wrongs,
    cellsHit: () => cells.size,
    missedCells: () =>
      deliveryPhases.flatMap((phase) =>
        deliveryEvents
          .map((event) => `${phase} × ${event}`)
          .filter((cell) => !cells.has(cell) && !unreachableCells.includes(cell)),
      ),
  };
}
