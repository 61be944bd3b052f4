import type { PostingsRow } from '@bruecke/model';

/** What the postings of an account in one part come to; amounts in cents, those of opening postings apart. */
export type AccountSum = {
  account: number;
  debit: number;
  credit: number;
  openingDebit: number;
  openingCredit: number;
  rows: number;
  /** Place within the load of each block that has some of them, ascending. */
  blocks: number[];
};

/** Adds a part up per account, in the order in which accounts appear. @param firstNo place of its first posting within the load */
export function sumsOfPart(blocks: readonly PostingsRow[], firstNo: number): AccountSum[] {
  const sums = new Map<number, AccountSum>();
  let place = firstNo;
  for (const { account: accounts, debit, credit, opening } of blocks) {
    for (const [at, account] of accounts.entries()) {
      let sum = sums.get(account);
      if (sum === undefined) {
        sum = { account, debit: 0, credit: 0, openingDebit: 0, openingCredit: 0, rows: 0, blocks: [] };
        sums.set(account, sum);
      }
      if (opening?.[at]) {
        sum.openingDebit += debit[at] ?? 0;
        sum.openingCredit += credit[at] ?? 0;
      } else {
        sum.debit += debit[at] ?? 0;
        sum.credit += credit[at] ?? 0;
      }
      sum.rows += 1;
      if (sum.blocks.at(-1) !== place) sum.blocks.push(place);
    }
    place += accounts.length;
  }
  return [...sums.values()];
}
