import type { Id } from '@bruecke/model';

/** Deliveries that this process carries at this moment, by their Mandant: those that can share a transaction. */
const underWay = new Map<Id, number>();

/** Counts a delivery among those under way while `work` goes on. */
export async function amongOthers<T>(mandantId: Id, work: () => Promise<T>): Promise<T> {
  underWay.set(mandantId, countOf(mandantId) + 1);
  try {
    return await work();
  } finally {
    const left = countOf(mandantId) - 1;
    if (left > 0) underWay.set(mandantId, left);
    else underWay.delete(mandantId);
  }
}

function countOf(mandantId: Id): number {
  return underWay.get(mandantId) ?? 0;
}

/**
 * When a step of deliveries that go on together begins its next transaction: once a third of those under way have come (there are
 * three such steps), but no more than make it cheap, and not later than this. What a transaction costs by itself, on either side,
 * was more than half of what forwarding adds to the calls: groups of 20 instead of six.
 */
const upTo = (most: number) => ({
  paceMs: 100,
  enough: (mandantId: Id) => Math.min(most, Math.ceil(countOf(mandantId) / 3)),
});

export const together = upTo(24);
/** Of those in the line, the others are to be on their way to DATEV meanwhile. */
export const togetherInLine = upTo(12);
