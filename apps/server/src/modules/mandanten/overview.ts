import { type ConnectionState, connectionView, type Id, type VoucherStatus, voucherStatuses } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant, readFirmSide, type Seen } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import {
  connectionFacts,
  type FiguresConnection,
  figuresConnection,
  readFiguresRow,
  readGrant,
} from '../connectionHealth/index.ts';
import { settledOf } from '../vouchers/index.ts';

export type Overview = {
  connectionState: ConnectionState;
  /** Null where figures were never set up. */
  figures: FiguresConnection | null;
  counts: { status: VoucherStatus; count: number }[];
  months: { month: string; handedIn: number; delivered: number }[];
  recent: { id: Id; name: string; status: VoucherStatus; settled: boolean; receivedAt: string }[];
};

/** What arrived and how it fares: counts per status, the last twelve months of hand-in (German time), the ten newest. */
export function readOverview(ctx: Ctx, input: { mandantId: Id }): Promise<Overview> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'read', async (tx, seen) => {
    const counts = await countByStatus(tx, mandantId);
    const recent = await tx
      .selectFrom('vouchers')
      .select(['id', 'original_name', 'status', 'received_at', settledOf('vouchers').as('settled')])
      .where('mandant_id', '=', mandantId)
      .orderBy('received_at', 'desc')
      .orderBy('id', 'desc')
      .limit(10)
      .execute();
    return {
      connectionState: await readState(tx, ctx, mandantId),
      figures: await readFigures(tx, ctx, seen),
      counts: voucherStatuses.map((status) => ({ status, count: counts.get(status) ?? 0 })),
      months: await countByMonth(tx, mandantId, ctx.now()),
      recent: recent.map((row) => ({
        id: row.id,
        name: row.original_name,
        status: row.status,
        settled: row.settled,
        receivedAt: row.received_at.toISOString(),
      })),
    };
  });
}

async function countByStatus(tx: Tx, mandantId: Id): Promise<Map<VoucherStatus, number>> {
  const rows = await tx
    .selectFrom('vouchers')
    .select((q) => ['status', q.fn.countAll<number>().as('count')])
    .where('mandant_id', '=', mandantId)
    .groupBy('status')
    .execute();
  return new Map(rows.map((row) => [row.status, row.count]));
}

/** The living connection's state; without one the newest that was severed, so that a cut stays visible until a new one stands. */
async function readState(tx: Tx, ctx: Ctx, mandantId: Id): Promise<ConnectionState> {
  const row = await tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'belegbilderservice')
    .orderBy(sql`severed_at is null`, 'desc')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return 'not_set_up';
  return connectionView(connectionFacts(row, await readGrant(tx, mandantId, row.id)), ctx.now().toISOString()).state;
}

async function readFigures(tx: Tx, ctx: Ctx, seen: Seen): Promise<FiguresConnection | null> {
  const row = await readFiguresRow(tx, seen.mandantId);
  if (!row) return null;
  const side = await readFirmSide(tx, ctx, seen);
  const manage = seen.rights.includes('connections');
  const { userId } = ctx.caller;
  return figuresConnection(row, { userId, manage, ofFirm: side.firmId !== null, firmAdmin: side.admin }, ctx.now());
}

async function countByMonth(tx: Tx, mandantId: Id, now: Date): Promise<Overview['months']> {
  const { rows } = await sql<{ month: string; handedIn: number; delivered: number }>`
    with month as (
      select generate_series(date_trunc('month', ${now}::timestamptz at time zone 'Europe/Berlin') - interval '11 months',
                             date_trunc('month', ${now}::timestamptz at time zone 'Europe/Berlin'), interval '1 month') as begins)
    select to_char(month.begins, 'YYYY-MM') as month, count(v.id) as "handedIn",
           count(v.id) filter (where v.status = 'delivered') as delivered
      from month left join vouchers v on v.mandant_id = ${mandantId}
       and v.received_at >= month.begins at time zone 'Europe/Berlin'
       and v.received_at < (month.begins + interval '1 month') at time zone 'Europe/Berlin'
     group by month.begins order by month.begins`.execute(tx);
  return rows;
}
