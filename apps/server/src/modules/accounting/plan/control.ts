/**
 * What follows when all months asked for are there and their postings were added up against the balances.
 * `show`: they are right, or as right as they get · `checkAgain`: the year moved while it was read, or something was missed: ask once more
 * what DATEV says now · `readWhole`: read all months, once.
 */
export type ControlOutcome = { next: 'show'; differs: boolean } | { next: 'checkAgain' | 'readWhole' };

/** `step`: 0 at first, 1 after DATEV was asked once more, 2 after the whole year was read again. */
export function afterReading(differences: number, step: number): ControlOutcome {
  if (differences === 0) return { next: 'show', differs: false };
  if (step === 0) return { next: 'checkAgain' };
  if (step === 1) return { next: 'readWhole' };
  return { next: 'show', differs: true };
}
