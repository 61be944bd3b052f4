import { type Id, mostInBlock } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import { blockColumns } from './blockColumns.ts';

/**
 * Lays the postings of a load anew in the order of their dates, those of a day as they came. DATEV promises no order (onprem.md A.5): where it
 * gave them by date, nothing of this is needed.
 */
export async function putInOrder(tx: Tx, mandantId: Id, loadNo: number): Promise<void> {
  const ofLoad = sql`mandant_id = ${mandantId} and load_no = ${loadNo}`;
  // Behind the others first, as both cannot have the same places.
  const { rows } = await sql<{ behind: number }>`
    select coalesce(max(first_no), 0) + ${mostInBlock} as behind from posting_blocks where ${ofLoad}`.execute(tx);
  const behind = rows[0]?.behind ?? 0;
  await sql`
    insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, ${sql.join(blockColumns.map((name) => sql.ref(name)))})
    select mandant_id, load_no, ${behind} + 1 + ${mostInBlock} * block, ledger_no, ${sql.join(blockColumns.map((name) => sql`array_agg(${sql.ref(name)} order by place)`))}
      from (select *, (row_number() over by_date)::int as place, ((row_number() over by_date - 1) / ${mostInBlock})::int as block
              from postings where ${ofLoad} window by_date as (order by date, no)) placed
     group by mandant_id, load_no, block, ledger_no`.execute(tx);
  await sql`delete from posting_blocks where ${ofLoad} and first_no <= ${behind}`.execute(tx);
  await sql`update posting_blocks set first_no = first_no - ${behind} where ${ofLoad}`.execute(tx);
  await sql`
    update load_sums s set blocks = found.blocks
      from (select account, array_agg(first_no order by first_no) as blocks
              from (select distinct b.first_no, a.account from posting_blocks b, unnest(b.account) as a (account) where ${ofLoad}) each
             group by account) found
     where s.mandant_id = ${mandantId} and s.load_no = ${loadNo} and s.account = found.account`.execute(tx);
  await sql`delete from posting_links where ${ofLoad}`.execute(tx);
  await sql`
    insert into posting_links (mandant_id, document_guid, load_no, first_no, ledger_no)
    select distinct mandant_id, document_guid, load_no, first_no, ledger_no from postings
     where ${ofLoad} and document_guid is not null`.execute(tx);
}
