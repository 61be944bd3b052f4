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
      select extract(month from m.month)::int as number, ${effectiveLoad} as load_no, ${effectivelyRebuilt} as rebuilt
        from fiscal_months m where m.mandant_id = ${run.mandantId} and m.year_no = ${year.yearNo}
    ), compared as materialized (
      select number from months group by number having not bool_or(rebuilt)
    ), sums as materialized (
      select m.number, s.account, sum(s.debit - s.credit)::bigint as net, sum(s.opening_debit - s.opening_credit)::bigint as opening
        from months m join load_sums s on s.mandant_id = ${run.mandantId} and s.load_no = m.load_no
       group by 1, 2
    ), said as materialized (
      select r.account, r.opening, r.turnovers from ${stagedRows(run.mandantId, year.checkOrderId, 'balance', columns)} r
    ), openings as materialized (
      select from sums where opening <> 0 having count(*) > 0 and not exists (select from months where rebuilt)
    ), posted as (
      select number, account, net from sums where number in (select number from compared)
      union all
      select 0, account, sum(opening)::bigint from sums where exists (select from openings) group by account
    ), wanted as (
      select t.number::int as number, account, t.turnover as net
        from said, unnest(turnovers) with ordinality as t (turnover, number)
       where t.turnover <> 0 and t.number in (select number from compared)
      union all
      select 0, account, opening from said
       where opening <> 0 and exists (select from openings)
    )
    select coalesce(p.account, w.account) as account, coalesce(p.number, w.number) as month,
           coalesce(p.net, 0) as postings, coalesce(w.net, 0) as balances
      from posted p full join wanted w on w.account = p.account and w.number = p.number
     where coalesce(p.net, 0) <> coalesce(w.net, 0)
     order by 2, 1`.execute(tx);
  return rows;
}
