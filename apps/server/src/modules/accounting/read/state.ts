import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { SyncRunsTable } from '../../../db/accountingTables.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { yearLabel } from './shownYear.ts';

export type SyncState = AnswerOf<typeof api.figures.state>;

/** Where the synchronisation of a Mandant stands: its binding, the run under way, the last one and the next. */
export function showState(ctx: Ctx, { mandantId }: { mandantId: Id }): Promise<SyncState> {
  return inMandant(ctx, mandantId, 'read', (tx) => readState(tx, mandantId), { readOnly: true });
}

async function readState(tx: Tx, mandantId: Id): Promise<SyncState> {
  const binding = await tx
    .selectFrom('connections')
    .select(['id', 'switched_on', 'switched_at', 'severed_at'])
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'datevconnect')
    .orderBy('severed_at', (order) => order.desc().nullsFirst())
    .executeTakeFirst();
  const ledger = await tx
    .selectFrom('ledgers')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .orderBy('left_at', (order) => order.desc().nullsFirst())
    .orderBy('ledger_no', 'desc')
    .executeTakeFirst();
  const runs = ledger
    ? await tx
        .selectFrom('sync_runs')
        .selectAll()
        .where('mandant_id', '=', mandantId)
        .where('ledger_no', '=', ledger.ledger_no)
        .orderBy('started_at', 'desc')
        .limit(2)
        .execute()
    : [];
  const running = runs.find((run) => run.state === 'running');
  const last = runs.find((run) => run.state !== 'running');
  const on = binding?.switched_on === true && binding.severed_at === null;
  return {
    connection: binding ? (binding.severed_at ? 'severed' : on ? 'on' : 'off') : 'none',
    since: on ? null : ((binding?.severed_at ?? binding?.switched_at)?.toISOString() ?? null),
    firstReadAt: ledger?.first_read_at?.toISOString() ?? null,
    lastWholeAt: ledger?.read_whole_at?.toISOString() ?? null,
    wholeEveryDays: ledger?.whole_every_days ?? 7,
    nextRunAt: on && !running ? (ledger?.due_at?.toISOString() ?? null) : null,
    run: running ? await progressOf(tx, running) : null,
    lastRun: last ? lastRunOf(last) : null,
  };
}

type YearProgress = {
  yearNo: number;
  firstDay: string;
  lastDay: string;
  checking: boolean;
  open: boolean;
  months: number;
  monthsRead: number;
  month: string | null;
};

async function progressOf(tx: Tx, run: Selectable<SyncRunsTable>): Promise<SyncState['run']> {
  const { rows } = await sql<YearProgress & { underWay: number }>`
    select y.year_no as "yearNo", y.first_day as "firstDay", y.last_day as "lastDay", coalesce(o.checking, false) as checking,
           o.year_no is not null as open, coalesce(m.months, 0) as months, coalesce(m.read, 0) as "monthsRead",
           to_char(o.month, 'YYYY-MM') as month, coalesce(o.rows, 0) as "underWay"
      from fiscal_years y
      left join (select year_no, bool_or(kind = 'checkYear') as checking, min(month) as month, sum(row_count)::bigint as rows
                   from sync_orders where mandant_id = ${run.mandant_id} and run_id = ${run.id} group by year_no) o on o.year_no = y.year_no
      left join (select year_no, count(*)::int as months, (count(*) filter (where next_complete))::int as read
                   from fiscal_months where mandant_id = ${run.mandant_id} and next_load is not null group by year_no) m
        on m.year_no = y.year_no
     where y.mandant_id = ${run.mandant_id} and y.ledger_no = ${run.ledger_no}
     order by y.first_day desc`.execute(tx);
  const underWay = rows.reduce((sum, row) => sum + row.underWay, 0);
  return {
    reason: run.reason,
    whole: run.whole,
    startedAt: run.started_at.toISOString(),
    rowsExpected: Math.max(run.rows_expected, run.rows_read + underWay),
    rowsRead: run.rows_read + underWay,
    years: rows.map((row) => ({
      yearNo: row.yearNo,
      label: yearLabel(row.firstDay, row.lastDay),
      phase: row.checking ? 'checking' : row.open || row.months > row.monthsRead ? 'reading' : 'done',
      months: row.months,
      monthsRead: row.monthsRead,
      month: row.month,
    })),
  };
}

function lastRunOf(run: Selectable<SyncRunsTable>): SyncState['lastRun'] {
  return {
    reason: run.reason,
    whole: run.whole,
    // Asked for only where it is not running.
    state: run.state === 'running' ? 'cancelled' : run.state,
    startedAt: run.started_at.toISOString(),
    endedAt: (run.ended_at ?? run.started_at).toISOString(),
    failure: run.failure_code === null ? null : { code: run.failure_code, detail: run.failure_detail },
    monthsChanged: run.months_changed,
    rowsRead: run.rows_read,
    calls: run.calls,
  };
}
