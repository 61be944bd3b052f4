import { skr03 } from './skr03.ts';
import { skr04 } from './skr04.ts';
import type { AccountRange, BwaStructure } from './structure.ts';

/** The structure for DATEV's number of the standard chart; null: there is none for it here. */
export function structureOf(accountSystem: number | null): BwaStructure | null {
  if (accountSystem === 3) return skr03;
  if (accountSystem === 4) return skr04;
  return null;
}

/** Whether a general-ledger account in technical length (eight digits) lies in one of the ranges (four digits). */
export function isIn(ranges: readonly AccountRange[], account: number): boolean {
  const four = Math.floor(account / 10_000);
  return ranges.some(([from, to]) => four >= from && four <= to);
}
