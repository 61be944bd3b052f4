import type { Day, Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import { journalOf, monthFingerprint } from '../plan/fingerprint.ts';
import type { MonthFacts, YearMonth } from '../plan/months.ts';
import type { Run } from './runOrders.ts';
import { stagedRows } from './staged.ts';
import type { YearOfRun } from './yearOfRun.ts';

/** What a check said and what is there, put together for the decision. */
export type CheckFacts = {
  months: MonthFacts[];
  wholeSince: Date | null;
  licence: boolean;
  /** How many rows a month had when it was read last, and for how many bookings. */
  lastRows: Map<Day, { journal: number; rows: number }>;
};

/** `readWhole`: whether this year is among those that a whole reading reads. */
export async function readCheckFacts(
  tx: Tx,
  run: Run,
  year: YearOfRun & { checkOrderId: Id },
  readWhole: Promise<boolean>,
): Promise<CheckFacts> {
  // Sent together: none needs the answer of another.
  const [whole, ledger, stored, statistics, digests, batches] = await Promise.all([
    readWhole,
    tx
      .selectFrom('ledgers')
      .select(['whole_since', 'posting_licence'])
      .where('mandant_id', '=', run.mandantId)
      .where('ledger_no', '=', run.ledgerNo)
      .executeTakeFirstOrThrow(),
    readStoredMonths(tx, run, year),
    readStatistics(tx, run.mandantId, year.checkOrderId),
    readDigests(tx, run.mandantId, year.checkOrderId),
    compareBatches(tx, run.mandantId, year),
  ]);
  const lastRows = new Map<Day, { journal: number; rows: number }>();
  const months = year.months.map((own, index): MonthFacts => {
    const row = stored.get(own.month);
    const said = {
      journal: statistics(own.number)?.journal ?? null,
      primaNota: statistics(own.number)?.primaNota ?? null,
      turnovers: digests.get(own.number) ?? null,
      openings: index === 0 ? (digests.get(0) ?? null) : null,
    };
    const touching = batches.filter((batch) => touches(batch, own));
    if (row?.fingerprint && row.load_no !== null)
      lastRows.set(own.month, { journal: journalOf(row.fingerprint) ?? 0, rows: row.row_count });
    return {
      month: own.month,
      checked: monthFingerprint(said),
      empty: said.journal === 0 && !said.primaNota && said.turnovers === null && said.openings === null,
      batchesMoved: touching.some((batch) => batch.moved),
      openBatch: touching.some((batch) => batch.open),
      shown:
        row?.fingerprint && row.read_at
          ? { fingerprint: row.fingerprint, readAt: row.read_at, rebuilt: row.rebuilt }
          : null,
      loaded:
        row?.next_complete && row.next_fingerprint && row.next_read_at
          ? { fingerprint: row.next_fingerprint, readAt: row.next_read_at }
          : null,
    };
  });
  return { months, wholeSince: whole ? ledger.whole_since : null, licence: ledger.posting_licence, lastRows };
}

/** The rows of a year's months, made where the year is new or got longer. */
async function readStoredMonths(tx: Tx, run: Run, year: YearOfRun) {
  const [, rows] = await Promise.all([
    sql`
      insert into fiscal_months (mandant_id, year_no, month, ledger_no)
      select ${run.mandantId}::uuid, ${year.yearNo}, m, ${run.ledgerNo} from unnest(${year.months.map((one) => one.month)}::date[]) m
      on conflict do nothing`.execute(tx),
    tx
      .selectFrom('fiscal_months')
      .selectAll()
      .where('mandant_id', '=', run.mandantId)
      .where('year_no', '=', year.yearNo)
      .execute(),
  ]);
  return new Map(rows.map((row) => [row.month, row]));
}

/**
 * DATEV's counts by month. A month that is left out counts nothing where the sum of all (month 15) agrees; else nothing is known of it.
 */
async function readStatistics(tx: Tx, mandantId: Id, orderId: Id): Promise<(month: number) => MonthCount | null> {
  const { rows } = await sql<MonthCount & { month: number }>`
    select r.month, r.journal, r."primaNota" from ${stagedRows(mandantId, orderId, 'statistics', 'month int, journal bigint, "primaNota" bigint')} r`.execute(
    tx,
  );
  const months = new Map(rows.map((row) => [row.month, row]));
  const all = months.get(15);
  months.delete(15);
  const counted = [...months.values()].reduce((sum, row) => sum + row.journal, 0);
  const nothing = all?.journal === counted ? { journal: 0, primaNota: 0 } : null;
  return (month) => months.get(month) ?? nothing;
}

type MonthCount = { journal: number; primaNota: number };

/** A digest per calendar month over the accounts that moved in it; 0: over the opening values. */
async function readDigests(tx: Tx, mandantId: Id, orderId: Id): Promise<Map<number, string>> {
  const { rows } = await sql<{ number: number; digest: string }>`
    with said as materialized (
      select r.account, r.opening, r.turnovers from ${stagedRows(mandantId, orderId, 'balance', 'account int, opening bigint, turnovers bigint[]')} r
    )
    select t.number::int as number, md5(string_agg(account || ':' || t.turnover, ',' order by account)) as digest
      from said, unnest(turnovers) with ordinality as t (turnover, number) where t.turnover <> 0 group by 1
    union all
    select 0, md5(string_agg(account || ':' || opening, ',' order by account)) from said where opening <> 0 having count(*) > 0`.execute(
    tx,
  );
  return new Map(rows.map((row) => [row.number, row.digest]));
}

type BatchMove = {
  from: Day | null;
  to: Day | null;
  wasFrom: Day | null;
  wasTo: Day | null;
  moved: boolean;
  open: boolean;
};

/** Batches that may still change, and those that are not as they were: new, gone, other dates, finalised. */
async function compareBatches(tx: Tx, mandantId: Id, year: YearOfRun & { checkOrderId: Id }): Promise<BatchMove[]> {
  const columns = 'id text, number text, "from" date, "to" date, committed boolean';
  const { rows } = await sql<BatchMove>`
    select n."from", n."to", o.first_day as "wasFrom", o.last_day as "wasTo", coalesce(not n.committed, false) as open,
           (n.id, n.number, n."from", n."to", n.committed) is distinct from (o.id, o.number, o.first_day, o.last_day, o.committed) as moved
      from ${stagedRows(mandantId, year.checkOrderId, 'batch', columns)} n
      full join (select * from batches where mandant_id = ${mandantId} and year_no = ${year.yearNo}) o on o.id = n.id
     where not n.committed
        or (n.id, n.number, n."from", n."to", n.committed) is distinct from (o.id, o.number, o.first_day, o.last_day, o.committed)`.execute(
    tx,
  );
  return rows;
}

/** A batch without dates can hold anything. */
function touches(batch: BatchMove, month: YearMonth): boolean {
  const overlaps = (from: Day | null, to: Day | null) =>
    (from ?? month.from) <= month.to && (to ?? month.to) >= month.from;
  const undated = [batch.from, batch.to, batch.wasFrom, batch.wasTo].every((day) => day === null);
  if (undated) return true;
  return (
    ((batch.from !== null || batch.to !== null) && overlaps(batch.from, batch.to)) ||
    ((batch.wasFrom !== null || batch.wasTo !== null) && overlaps(batch.wasFrom, batch.wasTo))
  );
}

/** Ids of the batches that stand for a month where postings are rebuilt: each batch for the month it begins in, undated ones for the first. */
export async function batchesOfMonth(tx: Tx, run: Run, year: YearOfRun, month: Day): Promise<string[]> {
  const own = year.months.find((one) => one.month === month);
  if (!own || year.checkOrderId === null) return [];
  const first = year.months[0]?.month === month;
  const last = year.months.at(-1)?.month === month;
  const { rows } = await sql<{ id: string }>`
    select n.id from ${stagedRows(run.mandantId, year.checkOrderId, 'batch', 'id text, "from" date')} n
     where (n."from" >= ${own.from}::date or ${first}) and (n."from" <= ${own.to}::date or ${last}) or (n."from" is null and ${first})
     order by n.id`.execute(tx);
  return rows.map((row) => row.id);
}
