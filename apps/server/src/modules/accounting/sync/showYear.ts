import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { changeYear } from '../yearLock.ts';
import type { Difference } from './controlSums.ts';
import { giveOrders, type Run, tellPages } from './runOrders.ts';
import { dropLoads, dropStaged, stagedRows } from './staged.ts';
import { openItemsOrder } from './takeOpenItems.ts';
import { readsWhole, type YearOfRun } from './yearOfRun.ts';

type CheckedYear = YearOfRun & { checkOrderId: Id; checkedAt: Date };

/** So many differences are kept for people to look at. */
const mostDifferences = 50;

/**
 * Shows what was read: months change to their new postings, balances and batches become those of the check, and the year's "Stand" is the time
 * of the check. `differences`: null where no month was read; then asks for open items where they may be old. False where there is nobody to ask.
 */
export async function showYear(
  tx: Tx,
  services: Services,
  run: Run,
  year: CheckedYear,
  differences: readonly Difference[] | null,
): Promise<boolean> {
  if (differences !== null) await changeYear(tx, run.mandantId, year.yearNo);
  const [changed] = await Promise.all([
    changeLoads(tx, run, year),
    takeBalances(tx, run, year),
    takeBatches(tx, run, year),
    noteShown(tx, run, year, differences),
  ]);
  await Promise.all([
    dropStaged(tx, run.mandantId, year.checkOrderId),
    tx
      .updateTable('sync_runs')
      .set((e) => ({ months_changed: e('months_changed', '+', changed) }))
      .where('mandant_id', '=', run.mandantId)
      .where('id', '=', run.runId)
      .execute(),
    tellPages(tx, run.mandantId),
  ]);
  // Where postings moved, open items were asked for with them (takeCheck.ts).
  if (differences !== null || !(await wantsOpenItems(tx, services, run, year))) return true;
  return giveOrders(tx, services, run, [openItemsOrder(year)]);
}

async function noteShown(
  tx: Tx,
  run: Run,
  year: CheckedYear,
  differences: readonly Difference[] | null,
): Promise<void> {
  await tx
    .updateTable('fiscal_years')
    .set({
      stand: year.checkedAt,
      check_order_id: null,
      checked_at: null,
      control_step: 0,
      ...(differences && {
        difference_count: differences.length,
        differences: JSON.stringify(differences.slice(0, mostDifferences)),
        // Unless they were read after the check already, those that are there belong to other postings.
        items_due: sql<boolean>`coalesce(open_items_at < ${year.checkedAt}, true)`,
      }),
    })
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', year.yearNo)
    .execute();
}

/** The one moment in which a month is other than before. Answers how many months say something else now. */
async function changeLoads(tx: Tx, run: Run, year: YearOfRun): Promise<number> {
  const { rows } = await sql<{ oldLoad: number | null; changed: boolean }>`
    update fiscal_months m
       set load_no = m.next_load, row_count = m.next_row_count, rebuilt = m.next_rebuilt, read_at = m.next_read_at,
           fingerprint = m.next_fingerprint, next_load = null, next_row_count = 0, next_rebuilt = false, next_read_at = null,
           next_fingerprint = null, next_complete = false
      from (select month, load_no, fingerprint, row_count from fiscal_months
             where mandant_id = ${run.mandantId} and year_no = ${year.yearNo} and next_complete) old
     where m.mandant_id = ${run.mandantId} and m.year_no = ${year.yearNo} and m.month = old.month
    returning old.load_no as "oldLoad",
              (old.load_no is not null or m.load_no is not null)
                and (old.fingerprint, old.row_count) is distinct from (m.fingerprint, m.row_count) as changed`.execute(
    tx,
  );
  await dropLoads(
    tx,
    run.mandantId,
    rows.flatMap((row) => row.oldLoad ?? []),
  );
  return rows.filter((row) => row.changed).length;
}

/** Balances become those of the check; rows that say the same are not written. */
async function takeBalances(tx: Tx, run: Run, year: CheckedYear): Promise<void> {
  const columns =
    'account int, caption text, opening bigint, balance bigint, debit bigint, credit bigint, turnovers bigint[]';
  await sql`
    with said as materialized (
      select distinct on (r.account) r.* from ${stagedRows(run.mandantId, year.checkOrderId, 'balance', columns)} r
    ), gone as (
      delete from account_balances b
       where b.mandant_id = ${run.mandantId} and b.year_no = ${year.yearNo} and b.account not in (select account from said)
    )
    insert into account_balances as b (mandant_id, year_no, account, ledger_no, caption, opening, balance, debit, credit, turnovers)
    select ${run.mandantId}::uuid, ${year.yearNo}, account, ${run.ledgerNo}, caption, opening, balance, debit, credit, turnovers from said
    on conflict (mandant_id, year_no, account) do update
      set caption = excluded.caption, opening = excluded.opening, balance = excluded.balance, debit = excluded.debit,
          credit = excluded.credit, turnovers = excluded.turnovers
      where (b.caption, b.opening, b.balance, b.debit, b.credit, b.turnovers)
         is distinct from (excluded.caption, excluded.opening, excluded.balance, excluded.debit, excluded.credit, excluded.turnovers)`.execute(
    tx,
  );
}

async function takeBatches(tx: Tx, run: Run, year: CheckedYear): Promise<void> {
  const columns =
    'id text, number text, description text, "from" date, "to" date, committed boolean, "committedAt" date, initials text';
  await sql`
    with said as materialized (
      select distinct on (r.id) r.* from ${stagedRows(run.mandantId, year.checkOrderId, 'batch', columns)} r
    ), gone as (
      delete from batches b where b.mandant_id = ${run.mandantId} and b.year_no = ${year.yearNo} and b.id not in (select id from said)
    )
    insert into batches as b (mandant_id, year_no, id, ledger_no, number, description, first_day, last_day, committed, committed_at, initials)
    select ${run.mandantId}::uuid, ${year.yearNo}, id, ${run.ledgerNo}, number, description, "from", "to", committed, "committedAt", initials
      from said
    on conflict (mandant_id, year_no, id) do update
      set number = excluded.number, description = excluded.description, first_day = excluded.first_day, last_day = excluded.last_day,
          committed = excluded.committed, committed_at = excluded.committed_at, initials = excluded.initials
      where (b.number, b.description, b.first_day, b.last_day, b.committed, b.committed_at, b.initials) is distinct from
            (excluded.number, excluded.description, excluded.first_day, excluded.last_day, excluded.committed, excluded.committed_at,
             excluded.initials)`.execute(tx);
}

/**
 * Without any posting moved now, open items may be missing from a run that failed on them, or have been cleared by hand or reminded: the whole
 * reading looks at that, and whoever never looked.
 */
async function wantsOpenItems(tx: Tx, services: Services, run: Run, year: YearOfRun): Promise<boolean> {
  const { open_items_at: readAt, items_due: due } = await tx
    .selectFrom('fiscal_years')
    .select(['open_items_at', 'items_due'])
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', year.yearNo)
    .executeTakeFirstOrThrow();
  return due || readAt === null || readsWhole(tx, services, run, year.yearNo);
}
