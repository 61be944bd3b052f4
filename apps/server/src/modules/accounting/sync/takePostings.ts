import { type ConnectorRow, countRows, type Day, type Id, type OrderEnd, type PostingsRow } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import type { OpenOrder } from '../../connectors/index.ts';
import { linkedGuid } from '../linkedGuid.ts';
import { arrayText } from './arrayText.ts';
import { blockColumns } from './blockColumns.ts';
import { dayArray } from './dayArray.ts';
import { putInOrder } from './putInOrder.ts';
import { rebuildMonth } from './readMonth.ts';
import { type FoundOrder, type Run, tellProgress } from './runOrders.ts';
import { openMonths, settleYear } from './settleYear.ts';
import { dropLoads } from './staged.ts';
import { type AccountSum, sumsOfPart } from './sumsOfPart.ts';
import { lockYear, setNext } from './yearOfRun.ts';

/** Writes a part of a month's postings under the load of its order, where no page looks yet. */
export async function addPostings(tx: Tx, services: Services, order: OpenOrder, rows: readonly ConnectorRow[]) {
  const blocks = rows.filter((row): row is PostingsRow => row.row === 'postings');
  if (blocks.length === 0) return;
  // Sent together: neither needs the other's answer.
  await Promise.all([insertBlocks(tx, order, blocks), tellProgress(tx, services, order)]);
}

/** First and last date as they came, and whether none was smaller than the one before it. */
function datesOf(blocks: readonly PostingsRow[]): { first: Day | null; last: Day | null; inOrder: boolean } {
  let last: Day | null = null;
  let inOrder = true;
  for (const { date } of blocks)
    for (const day of date) {
      if (last !== null && day < last) inOrder = false;
      last = day;
    }
  return { first: blocks[0]?.date[0] ?? null, last, inOrder };
}

/**
 * One statement counts the part, writes its postings behind those before, and adds them to the sums of their accounts. Writes nothing for an
 * order of a run that is over: nobody waits for its rows.
 */
async function insertBlocks(tx: Tx, order: OpenOrder, blocks: readonly PostingsRow[]): Promise<void> {
  const { first, last, inOrder } = datesOf(blocks);
  const firstNo = order.rowsBefore + 1;
  const links: { guid: Id; firstNo: number }[] = [];
  let place = firstNo;
  const tuples = blocks.map((block) => {
    const guids = block.documentLink?.map(linkedGuid) ?? [];
    for (const guid of new Set(guids)) if (guid !== null) links.push({ guid, firstNo: place });
    const tuple = blockTuple(place, block, guids.some((guid) => guid !== null) ? guids : null);
    place += block.account.length;
    return tuple;
  });
  const columns = sql.join(blockColumns.map((name) => sql.ref(name)));
  await sql`
    with load as (
      update sync_orders
         set part_count = part_count + 1, row_count = row_count + ${countRows(blocks)},
             in_order = in_order and ${inOrder} and coalesce(last_date <= ${first}::date, true), last_date = coalesce(${last}::date, last_date)
       where mandant_id = ${order.mandantId} and order_id = ${order.id}
      returning mandant_id, load_no, ledger_no
    ), links as (
      insert into posting_links (mandant_id, document_guid, load_no, first_no, ledger_no)
      select mandant_id, l.guid, load_no, l.first_no, ledger_no
        from load, unnest(${links.map((link) => link.guid)}::uuid[], ${links.map((link) => link.firstNo)}::int[]) as l (guid, first_no)
    ), sums as (
      ${insertSums(sumsOfPart(blocks, firstNo))}
    )
    insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, ${columns})
    select mandant_id, load_no, first_no, ledger_no, ${columns}
      from load, (values ${sql.join(tuples)}) as b (first_no, ${columns})`.execute(tx);
}

function insertSums(sums: readonly AccountSum[]) {
  const column = (of: (sum: AccountSum) => number) => arrayText(sums.map(of));
  const blocks = sums.map((sum) => arrayText(sum.blocks));
  return sql`
      insert into load_sums as s (mandant_id, load_no, account, ledger_no, debit, credit, opening_debit, opening_credit, row_count, blocks)
      select mandant_id, load_no, p.account, ledger_no, p.debit, p.credit, p.opening_debit, p.opening_credit, p.row_count, p.blocks::int[]
        from load, unnest(${column((sum) => sum.account)}::int[], ${column((sum) => sum.debit)}::bigint[],
               ${column((sum) => sum.credit)}::bigint[], ${column((sum) => sum.openingDebit)}::bigint[],
               ${column((sum) => sum.openingCredit)}::bigint[], ${column((sum) => sum.rows)}::int[], ${arrayText(blocks)}::text[])
             as p (account, debit, credit, opening_debit, opening_credit, row_count, blocks)
      on conflict (mandant_id, load_no, account) do update
         set debit = s.debit + excluded.debit, credit = s.credit + excluded.credit, opening_debit = s.opening_debit + excluded.opening_debit,
             opening_credit = s.opening_credit + excluded.opening_credit, row_count = s.row_count + excluded.row_count,
             blocks = s.blocks || excluded.blocks`;
}

function blockTuple(firstNo: number, block: PostingsRow, guids: (Id | null)[] | null) {
  const hundredths = block.taxRate?.map((rate) => (rate === null ? null : Math.round(rate * 100))) ?? null;
  return sql`(${firstNo}::int, ${arrayText(block.account)}::int[], ${dayArray(block.date)}::date[],
    ${arrayText(block.debit)}::bigint[], ${arrayText(block.credit)}::bigint[], ${arrayText(block.contraAccount)}::int[],
    ${arrayText(guids)}::uuid[], ${arrayText(block.taxKey)}::int[], ${arrayText(hundredths)}::smallint[],
    ${arrayText(block.opening)}::boolean[], ${arrayText(block.generalReversal)}::boolean[], ${arrayText(block.batchNumber)}::text[],
    ${arrayText(block.text)}::text[], ${arrayText(block.documentField1)}::text[], ${arrayText(block.documentField2)}::text[],
    ${arrayText(block.documentLink)}::text[], ${arrayText(block.costCenter1)}::text[], ${arrayText(block.costCenter2)}::text[])`;
}

/** All postings of a month are there, and added up: settles the year if it was the last month. */
export async function takeMonth(tx: Tx, services: Services, found: FoundOrder): Promise<boolean> {
  const { run, yearNo, month, loadNo } = found;
  if (yearNo === null || month === null || loadNo === null) return true;
  if (!found.inOrder) await putInOrder(tx, run.mandantId, loadNo);
  // Sent together; each sees what those before it have done.
  const [year, wanted, open] = await Promise.all([
    lockYear(tx, run, yearNo),
    completeMonth(tx, run, { yearNo, month, loadNo, rowCount: found.rowCount }),
    openMonths(tx, run, yearNo),
  ]);
  // A later check wanted another reading of this month.
  if (!wanted) await dropLoads(tx, run.mandantId, [loadNo]);
  return settleYear(tx, services, run, year, open);
}

/** False where the month waits for another load than this one. */
async function completeMonth(
  tx: Tx,
  run: Run,
  of: { yearNo: number; month: Day; loadNo: number; rowCount: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('fiscal_months')
    .set({ next_complete: true, next_row_count: of.rowCount })
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', of.yearNo)
    .where('month', '=', of.month)
    .where('next_load', '=', of.loadNo)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/**
 * A month could not be read. Without the posting licence it is rebuilt from the records of its batches, unless what is shown was read with the
 * licence and has not moved since: then that is the better one. Anything else waits for the next run.
 */
export async function missMonth(tx: Tx, services: Services, found: FoundOrder, end: OrderEnd & { ok: false }) {
  const { run, yearNo, month, loadNo } = found;
  if (yearNo === null || month === null || loadNo === null) return true;
  const year = await lockYear(tx, run, yearNo);
  await dropLoads(tx, run.mandantId, [loadNo]);
  if (end.code !== 'postingLicenceMissing') return true;
  await tx
    .updateTable('ledgers')
    .set({ posting_licence: false })
    .where('mandant_id', '=', run.mandantId)
    .where('ledger_no', '=', run.ledgerNo)
    .execute();
  const row = await tx
    .selectFrom('fiscal_months')
    .select(['fingerprint', 'rebuilt', 'next_fingerprint'])
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .where('month', '=', month)
    .where('next_load', '=', loadNo)
    .executeTakeFirst();
  if (!row?.next_fingerprint) return true;
  if (row.fingerprint === row.next_fingerprint && !row.rebuilt) await setNext(tx, run, yearNo, month, null);
  else {
    const given = await rebuildMonth(tx, services, run, year, { month, fingerprint: row.next_fingerprint });
    if (!given) return false;
  }
  return settleYear(tx, services, run, year, await openMonths(tx, run, yearNo));
}
