import type { Day } from '@bruecke/model';
import { addDays, germanDay } from './calendar.ts';

/** A calendar month of a fiscal year: its first day, its number 1–12, and the days of it that belong to the year. */
export type YearMonth = { month: Day; number: number; from: Day; to: Day };

/** The calendar months that a fiscal year touches, in order. A year that begins on the 15th has 13 of them, two with the same number. */
export function monthsOfYear(firstDay: Day, lastDay: Day): YearMonth[] {
  const months: YearMonth[] = [];
  for (let month = `${firstDay.slice(0, 7)}-01`; month <= lastDay; month = nextMonth(month)) {
    const end = addDays(nextMonth(month), -1);
    months.push({
      month,
      number: Number(month.slice(5, 7)),
      from: month < firstDay ? firstDay : month,
      to: end > lastDay ? lastDay : end,
    });
  }
  return months;
}

function nextMonth(month: Day): Day {
  return `${addDays(month, 31).slice(0, 7)}-01`;
}

/** What a check said of a month, and what is there of it. */
export type MonthFacts = {
  month: Day;
  /** Fingerprint of what was just said. */
  checked: string;
  /** Statistics count nothing and no balance moved. */
  empty: boolean;
  /** A batch of this month appeared, vanished, or changed dates or state. */
  batchesMoved: boolean;
  /** A batch of this month may still change. */
  openBatch: boolean;
  /** The postings shown: what was said of the month then, when they were read, and whether they are rebuilt. */
  shown: { fingerprint: string; readAt: Date; rebuilt: boolean } | null;
  /** Postings read completely but not shown yet. */
  loaded: { fingerprint: string; readAt: Date } | null;
};

export type MonthsInput = {
  months: readonly MonthFacts[];
  now: Date;
  /** Months read before this time are read again; null: no whole reading under way. */
  wholeSince: Date | null;
  /** Postings and balances differ: everything is read again, whatever was said of it. */
  forced: boolean;
  /** False: postings can only be rebuilt, which is no better than what was once read. */
  licence: boolean;
};

/** `read`: to be asked for. `take`: complete as they are. `clear`: nothing in them. All others stay as shown. */
export type MonthsDecision = { read: Day[]; take: Day[]; clear: Day[] };

/** Which months of a year have to be read: those that moved, those that may have without any count showing it, and none else. */
export function decideMonths(input: MonthsInput): MonthsDecision {
  const decision: MonthsDecision = { read: [], take: [], clear: [] };
  for (const facts of input.months) {
    const outcome = decideMonth(facts, input);
    if (outcome !== 'stay') decision[outcome].push(facts.month);
  }
  return decision;
}

function decideMonth(facts: MonthFacts, input: MonthsInput): keyof MonthsDecision | 'stay' {
  const { shown, loaded } = facts;
  const tooOld = (readAt: Date) => input.wholeSince !== null && readAt < input.wholeSince;
  if (input.forced) return 'read';
  if (facts.empty) return shown?.fingerprint === facts.checked ? 'stay' : 'clear';
  if (loaded && loaded.fingerprint === facts.checked && !tooOld(loaded.readAt)) return 'take';
  if (shown?.fingerprint !== facts.checked) return 'read';
  if (input.licence && shown.rebuilt) return 'read';
  // Rebuilding would be a step back from what was once read.
  if (!input.licence && !shown.rebuilt) return facts.batchesMoved ? 'read' : 'stay';
  // An open batch can change without any count showing it: once a day, not on each look.
  const stillOpen = facts.openBatch && germanDay(shown.readAt) < germanDay(input.now);
  return facts.batchesMoved || stillOpen || tooOld(shown.readAt) ? 'read' : 'stay';
}

/** A month no one counted is taken for a busy one, so that its window is halved rather than read in one piece. */
const unknownRows = 25_000;
/** Lines of accounts per booking in the journal, where nothing better is known: account, contra account, now and then tax. */
const linesPerBooking = 2.5;

/** How many rows a month will have: DATEV's count times what one booking had in lines last time. */
export function expectedRows(journal: number | null, last: { journal: number; rows: number } | null): number {
  if (journal === null) return last?.rows ?? unknownRows;
  const lines = last && last.journal > 0 ? last.rows / last.journal : linesPerBooking;
  return Math.ceil(journal * lines);
}
