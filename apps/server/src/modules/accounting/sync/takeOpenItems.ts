import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import { type FoundOrder, type Given, tellPages } from './runOrders.ts';
import { stagedRows } from './staged.ts';
import type { YearOfRun } from './yearOfRun.ts';

const columns = `side text, id text, account int, date date, "dueDate" date, amount bigint, open bigint, cleared boolean, text text,
  "documentField1" text, "documentLink" text, "dunningLevel" text, "dunningBlock" boolean`;

export function openItemsOrder({ yearNo, fiscalYearId }: Pick<YearOfRun, 'yearNo' | 'fiscalYearId'>): Given {
  return { wanted: { kind: 'readOpenItems', fiscalYearId }, subject: { yearNo } };
}

/** The open items of a year are replaced as a whole: DATEV's ids of them are not lasting (onprem.md A.8). */
export async function takeOpenItems(tx: Tx, found: FoundOrder, yearNo: number): Promise<void> {
  const { run } = found;
  await Promise.all([
    tx.deleteFrom('open_items').where('mandant_id', '=', run.mandantId).where('year_no', '=', yearNo).execute(),
    insertItems(tx, found, yearNo),
    tx
      .updateTable('fiscal_years')
      .set({ open_items_at: found.begunAt, items_due: false })
      .where('mandant_id', '=', run.mandantId)
      .where('year_no', '=', yearNo)
      .execute(),
    tellPages(tx, run.mandantId),
  ]);
}

async function insertItems(tx: Tx, { run, orderId }: FoundOrder, yearNo: number): Promise<void> {
  await sql`
    insert into open_items (mandant_id, year_no, no, ledger_no, side, datev_id, account, date, due_date, amount, open, cleared, text,
      document_field1, document_link, document_guid, dunning_level, dunning_block)
    select ${run.mandantId}::uuid, ${yearNo}, row_number() over (order by side, account, date, id), ${run.ledgerNo}, side, id, account, date,
           "dueDate", amount, open, cleared, text, "documentField1", "documentLink",
           -- The same GUID as linkedGuid.ts finds.
           (regexp_match("documentLink", '(?<![0-9a-f])([0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})(?![0-9a-f])', 'i'))[1]::uuid,
           "dunningLevel", "dunningBlock"
      from ${stagedRows(run.mandantId, orderId, 'openItem', columns)} r`.execute(tx);
}
