import { type ConnectorRow, countRows, type Day, type Id, type OrderEnd, type PostingsRow } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import type { OpenOrder } from '../../connectors/index.ts';
import { linkedGuid } from '../linkedGuid.ts';
import { arrayText } from './arrayText.ts';
import { blockColumns } from './blockColumns.ts';
import { putInOrder } from './putInOrder.ts';
import { rebuildMonth } from './readMonth.ts';
import { type FoundOrder, findOrder, tellProgress } from './runOrders.ts';
import { settleYear } from './settleYear.ts';
import { dropLoads } from './staged.ts';
import { lockYear, setNext } from './yearOfRun.ts';

/** Writes a part of a month's postings under the load of its order, where no page looks yet. */
export async function addPostings(tx: Tx, services: Services, order: OpenOrder, rows: readonly ConnectorRow[]) {
  const blocks = rows.filter((row): row is PostingsRow => row.row === 'postings');
  const count = countRows(blocks);
  const { first, last, inOrder } = datesOf(blocks);
  const { rows: given } = await sql<{ loadNo: number; ledgerNo: number; before: number }>`
    update sync_orders
       set part_count = part_count + 1, row_count = row_count + ${count},
           in_order = in_order and ${inOrder} and coalesce(last_date <= ${first}::date, true), last_date = coalesce(${last}::date, last_date)
     where mandant_id = ${order.mandantId} and order_id = ${order.id}
    returning load_no as "loadNo", ledger_no as "ledgerNo", row_count - ${count} as before`.execute(tx);
  const [place] = given;
  // An order of a run that is over: nobody waits for its rows.
  if (!place || order.mandantId === null) return;
  await insertBlocks(tx, { ...place, mandantId: order.mandantId }, blocks);
  const found = await findOrder(tx, order);
  if (found) await tellProgress(tx, services, found.run);
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

type Place = { mandantId: Id; loadNo: number; ledgerNo: number; before: number };

async function insertBlocks(tx: Tx, place: Place, blocks: readonly PostingsRow[]): Promise<void> {
  const links: { guid: Id; firstNo: number }[] = [];
  let firstNo = place.before + 1;
  const tuples = blocks.map((block) => {
    const guids = block.documentLink?.map(linkedGuid) ?? [];
    for (const guid of new Set(guids)) if (guid !== null) links.push({ guid, firstNo });
    const tuple = blockTuple(place, firstNo, block, guids.some((guid) => guid !== null) ? guids : null);
    firstNo += block.account.length;
    return tuple;
  });
  if (tuples.length === 0) return;
  await sql`
    insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, ${sql.join(blockColumns.map((name) => sql.ref(name)))}) values ${sql.join(tuples)}`.execute(
    tx,
  );
  if (links.length === 0) return;
  await sql`
    insert into posting_links (mandant_id, document_guid, load_no, first_no, ledger_no)
    select ${place.mandantId}::uuid, l.guid, ${place.loadNo}, l.first_no, ${place.ledgerNo}
      from unnest(${links.map((link) => link.guid)}::uuid[], ${links.map((link) => link.firstNo)}::int[]) as l (guid, first_no)`.execute(
    tx,
  );
}

function blockTuple(
  { mandantId, loadNo, ledgerNo }: Place,
  firstNo: number,
  block: PostingsRow,
  guids: (Id | null)[] | null,
) {
  const hundredths = block.taxRate?.map((rate) => (rate === null ? null : Math.round(rate * 100))) ?? null;
  return sql`(${mandantId}::uuid, ${loadNo}, ${firstNo}, ${ledgerNo}, ${arrayText(block.account)}::int[], ${arrayText(block.date)}::date[],
    ${arrayText(block.debit)}::bigint[], ${arrayText(block.credit)}::bigint[], ${arrayText(block.contraAccount)}::int[],
    ${arrayText(guids)}::uuid[], ${arrayText(block.taxKey)}::int[], ${arrayText(hundredths)}::smallint[],
    ${arrayText(block.opening)}::boolean[], ${arrayText(block.generalReversal)}::boolean[], ${arrayText(block.batchNumber)}::text[],
    ${arrayText(block.text)}::text[], ${arrayText(block.documentField1)}::text[], ${arrayText(block.documentField2)}::text[],
    ${arrayText(block.documentLink)}::text[], ${arrayText(block.costCenter1)}::text[], ${arrayText(block.costCenter2)}::text[])`;
}

/** All postings of a month are there: adds them up per account, and settles the year if it was the last month. */
export async function takeMonth(tx: Tx, services: Services, found: FoundOrder): Promise<boolean> {
  const { run, yearNo, month, loadNo } = found;
  if (yearNo === null || month === null || loadNo === null) return true;
  await lockYear(tx, run, yearNo);
  if (!found.inOrder) await putInOrder(tx, run.mandantId, loadNo);
  await sql`
    insert into load_sums (mandant_id, load_no, account, ledger_no, debit, credit, opening_debit, opening_credit, row_count, blocks)
    select ${run.mandantId}::uuid, ${loadNo}, account, ${run.ledgerNo}, sum(debit), sum(credit), sum(opening_debit), sum(opening_credit),
           sum(row_count), array_agg(first_no order by first_no)
      from (
        select b.first_no, p.account, count(*) as row_count,
               coalesce(sum(p.debit) filter (where p.opening is not true), 0) as debit,
               coalesce(sum(p.credit) filter (where p.opening is not true), 0) as credit,
               coalesce(sum(p.debit) filter (where p.opening), 0) as opening_debit,
               coalesce(sum(p.credit) filter (where p.opening), 0) as opening_credit
          from posting_blocks b
          cross join lateral unnest(b.account, b.debit, b.credit, b.opening) as p (account, debit, credit, opening)
         where b.mandant_id = ${run.mandantId} and b.load_no = ${loadNo} group by b.first_no, p.account) each
     group by account`.execute(tx);
  const { numUpdatedRows } = await tx
    .updateTable('fiscal_months')
    .set({ next_complete: true, next_row_count: found.rowCount })
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .where('month', '=', month)
    .where('next_load', '=', loadNo)
    .executeTakeFirst();
  // A later check wanted another reading of this month.
  if (numUpdatedRows === 0n) await dropLoads(tx, run.mandantId, [loadNo]);
  return settleYear(tx, services, run, yearNo);
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
  return settleYear(tx, services, run, yearNo);
}
