import { mostInBlock } from '@bruecke/model';
import { sql } from 'kysely';
import { encodeCursor } from '../../../db/cursor.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { balanceBefore, type Start, sumsOf, type Walk } from './accountWalk.ts';
import { readMoved, type StoredPosting } from './postingRows.ts';
import type { Search } from './search.ts';

/** A movement with the account's balance after it. */
export type BalancedPosting = StoredPosting & { balance: number };

/** Blocks that one request of a search takes apart, as its balances need what lies between, too: about 40,000 postings. */
export const blocksAtOnce = 160;

export type FoundMovements = {
  rows: BalancedPosting[];
  /** Where the search goes on that has walked its share; null: it found enough, or is through. */
  resting: { cursor: string; searched: { postings: number; of: number } } | null;
};

/** Movements that a search finds, each with the balance after it, over no more than `most` of the account's blocks. */
export async function searchAccount(
  tx: Tx,
  walk: Walk,
  start: Start,
  given: { search: Search; limit: number; most: number },
): Promise<FoundMovements> {
  const { months, newestFirst, mandantId, account } = walk;
  const blocksOf = await readBlocks(tx, walk);
  const rows: BalancedPosting[] = [];
  let left = given.most;
  for (const [at, { load, month }] of months.entries()) {
    const blocks = load === null ? [] : (blocksOf.get(load) ?? []);
    if (at < start.month || load === null || blocks.length === 0) continue;
    const { after, balance } = at === start.month ? start : { after: undefined, balance: balanceBefore(walk, at) };
    const stretch = stretchOf(blocks, { after, newestFirst, most: left });
    const wanted = { load, account, search: given.search, after, through: stretch.through, newestFirst };
    const moved = left > 0 ? await readMoved(tx, mandantId, { ...wanted, limit: given.limit - rows.length }) : [];
    for (const row of moved) if (row.found) rows.push({ ...row, balance: balanceAfter(row, balance, newestFirst) });
    if (rows.length >= given.limit) break;
    left -= stretch.blocks;
    if (stretch.through === undefined) continue;
    const walked = moved.at(-1)?.moved ?? 0;
    const here = newestFirst ? balance - walked : balance + walked;
    const share = 1 - stretch.left / blocks.length;
    return {
      rows,
      resting: { cursor: encodeCursor([load, month, stretch.through, here]), searched: far(walk, at, share) },
    };
  }
  return { rows, resting: null };
}

function balanceAfter(
  row: { debit: number; credit: number; moved: number },
  from: number,
  newestFirst: boolean,
): number {
  return newestFirst ? from - (row.moved - (row.debit - row.credit)) : from + row.moved;
}

/** Places of the first postings of the blocks that hold some of the account, by load. */
async function readBlocks(tx: Tx, { mandantId, account, months }: Walk): Promise<Map<number, number[]>> {
  const loads = months.flatMap(({ load }) => load ?? []);
  const { rows } = await sql<{ load: number; blocks: number[] }>`
    select load_no as load, blocks from load_sums
     where mandant_id = ${mandantId} and load_no = any (${loads}::int[]) and account = ${account}`.execute(tx);
  return new Map(rows.map(({ load, blocks }) => [load, blocks]));
}

/**
 * How many blocks on from a place are walked, through which place, and how many of the month are left then. `through` is undefined where
 * that is the rest of the month.
 */
function stretchOf(
  blocks: readonly number[],
  { after, newestFirst, most }: { after: number | undefined; newestFirst: boolean; most: number },
): { blocks: number; through: number | undefined; left: number } {
  // A block reaches to the next one at most, also one that is not full.
  const on = blocks.filter((first, at) => {
    if (after === undefined) return true;
    return newestFirst ? first < after : (blocks[at + 1] ?? Number.POSITIVE_INFINITY) > after + 1;
  });
  const left = Math.max(0, on.length - most);
  if (left === 0) return { blocks: on.length, through: undefined, left };
  if (!newestFirst) return { blocks: most, through: (on[most] ?? 0) - 1, left };
  // Not one: it begins behind the last.
  return { blocks: most, through: on[left] ?? (on.at(-1) ?? 0) + mostInBlock, left };
}

/** How far a search is that rests in a month, by the account's postings. */
function far({ own, months }: Walk, at: number, share: number): { postings: number; of: number } {
  const rowsIn = (some: Walk['months']) => sumsOf(own, some).reduce((sum, one) => sum + one.rows, 0);
  const here = Math.round(rowsIn(months.slice(at, at + 1)) * share);
  return { postings: rowsIn(months.slice(0, at)) + here, of: rowsIn(months) };
}
