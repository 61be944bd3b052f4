import type { OrderFailureCode } from '@bruecke/model';
import { nextMorning } from './calendar.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** While somebody looks, the newest state is asked for this often (DATEV wants no polling without a reason: requirement G-33). */
const lookingEvery = 15 * minute;
/** An open page says so every five minutes; a little more, or a late one would end it. */
const looksFor = 6 * minute;

/** What is known of a ledger when it is decided whether a run begins. */
export type LedgerFacts = {
  firstReadAt: Date | null;
  readWholeAt: Date | null;
  wholeEveryDays: number;
  lastRunAt: Date | null;
  failuresInRow: number;
  dueAt: Date | null;
  lookedAt: Date | null;
  askedAt: Date | null;
};

export type RunReason = 'first' | 'scheduled' | 'looking' | 'asked';
export type RunDecision = { reason: RunReason; whole: boolean };

/** Whether a run begins now, why, and whether it reads everything. For a ledger whose connection is on and that has no run under way. */
export function decideRun(facts: LedgerFacts, now: Date): RunDecision | null {
  const asked = facts.askedAt !== null && (facts.lastRunAt === null || facts.askedAt > facts.lastRunAt);
  const due = facts.dueAt === null || facts.dueAt <= now;
  if (facts.firstReadAt === null) return asked || due ? { reason: 'first', whole: true } : null;
  const wholeDue = facts.readWholeAt === null || now.getTime() - facts.readWholeAt.getTime() >= wholeAfter(facts);
  if (asked) return { reason: 'asked', whole: wholeDue };
  if (due) return { reason: 'scheduled', whole: wholeDue };
  const looking = facts.lookedAt !== null && now.getTime() - facts.lookedAt.getTime() <= looksFor;
  const rested = facts.lastRunAt === null || now.getTime() - facts.lastRunAt.getTime() >= lookingEvery;
  // After a failure only the clock decides: whoever looks cannot make DATEV answer.
  if (looking && rested && facts.failuresInRow === 0) return { reason: 'looking', whole: false };
  return null;
}

/** Half a day less than asked for: the run of the seventh morning is a few minutes earlier or later than that of the first. */
const wholeAfter = (facts: LedgerFacts) => facts.wholeEveryDays * day - day / 2;

/** Failures that only people can end; asking again before the next morning is of no use. */
const needsPeople: ReadonlySet<OrderFailureCode> = new Set<OrderFailureCode>([
  'refusedByConnector',
  'clientNotReleased',
  'clientMissing',
  'dataRightMissing',
  'unauthorised',
  'handshakeRefused',
  'certificateWrong',
  'domainMissing',
]);

const pauses = [15, 30, 60, 120, 240].map((minutes) => minutes * minute);

/** When the clock brings the next run: the next working morning, after an outage sooner. `failuresInRow` counts the one that just was. */
export function nextDue(
  outcome: { failure: OrderFailureCode | null; failuresInRow: number },
  now: Date,
  share: number,
): Date {
  const morning = nextMorning(now, share);
  if (outcome.failure === null || needsPeople.has(outcome.failure)) return morning;
  const again = new Date(now.getTime() + (pauses[Math.min(outcome.failuresInRow, pauses.length) - 1] ?? 0));
  return again < morning ? again : morning;
}

/** A run checks so many of the newest years; older ones only when everything is read. */
const checkedYears = 3;
/** Current and previous year are read whole, older ones only until they were read once. */
const wholeYears = 2;

/** Which of the years (newest first) a run asks for, and which of them it reads whole. Years opened ahead of their time come on top. */
export function yearsOfRun<Y extends { firstDay: string }>(
  newestFirst: readonly Y[],
  today: string,
  whole: boolean,
): { year: Y; whole: boolean }[] {
  const ahead = newestFirst.filter((year) => year.firstDay > today).length;
  return newestFirst
    .slice(0, whole ? undefined : ahead + checkedYears)
    .map((year, index) => ({ year, whole: whole && index < ahead + wholeYears }));
}

/** The list of years is asked for when everything is read, and when none that is known holds this day. */
export function needsYears(known: readonly { lastDay: string }[], today: string, whole: boolean): boolean {
  return whole || !known.some((year) => year.lastDay >= today);
}
