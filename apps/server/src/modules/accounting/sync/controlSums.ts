import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import type { Run } from './runOrders.ts';
import { stagedRows } from './staged.ts';
import type { YearOfRun } from './yearOfRun.ts';

/** An account whose postings of a calendar month (0: opening postings) do not add up to what the balances say; cents, debit positive. */
export type Difference = { account: number; month: number; postings: number; balances: number };

/** The load that a month will have when what was read is shown. */
const effectiveLoad = sql`case when m.next_complete then m.next_load else m.load_no end`;
const effectivelyRebuilt = sql`case when m.next_complete then m.next_rebuilt else m.rebuilt end`;

/**
 * Compares Σ postings with the balances of the check, per account and month, for the year as it would be shown. Months that are rebuilt are
 * left out: their tax lines are missing by nature. Opening postings are compared where there are any at all; some books only carry the values.
 */
export async function readDifferences(tx: Tx, run: Run, year: YearOfRun & { checkOrderId: Id }): Promise<Difference[]> {
  const columns = 'account int, opening bigint, turnovers bigint[]';
  const { rows } = await sql<Difference>`
    with months as materialized (
      select extract(month from m.month)::int as number, ${effectiveLoad} as load_no,
             not bool_or(${effectivelyRebuilt}) over (partition by extract(month from m.month)) as compared,
             bool_or(${effectivelyRebuilt}) over () as some_rebuilt
        from fiscal_months m where m.mandant_id = ${run.mandantId} and m.year_no = ${year.yearNo}
    ), sums as materialized (
      select m.number, m.compared, m.some_rebuilt, s.account, s.debit - s.credit as net, s.opening_debit - s.opening_credit as opening
        from months m join load_sums s on s.mandant_id = ${run.mandantId} and s.load_no = m.load_no
    ), said as materialized (
      select r.account, r.opening, r.turnovers from ${stagedRows(run.mandantId, year.checkOrderId, 'balance', columns)} r
    ), openings as materialized (
      select from sums where opening <> 0 and not some_rebuilt limit 1
    ), entries as (
      select number, account, net as posted, 0::bigint as wanted from sums where compared
      union all
      select 0, account, opening, 0 from sums where opening <> 0 and exists (select from openings)
      union all
      select t.number::int, account, 0, t.turnover from said, unnest(turnovers) with ordinality as t (turnover, number)
       where t.turnover <> 0 and t.number in (select number from months where compared)
      union all
      select 0, account, 0, opening from said where opening <> 0 and exists (select from openings)
    )
    select account, number as month, sum(posted)::bigint as postings, sum(wanted)::bigint as balances
      from entries group by account, number having sum(posted) <> sum(wanted)
     order by 2, 1`.execute(tx);
  return rows;
}
