import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { hangsOnFirm } from '../connectionHealth/index.ts';
import { asJobOfMandant } from './asJobOfMandant.ts';
import { hasOwnAdmin, readMandantName, sideOf } from './cutRules.ts';
import { type OpenEngagement, readFirmPeople, readOpenEngagement } from './readOpen.ts';

/** What Trennen would end and what stays, counted now; `refusal` names what must be done first. */
export function previewCut(ctx: Ctx, input: { mandantId: Id }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'cut', async (tx) => {
    const engagement = await readOpenEngagement(tx, mandantId);
    if (!engagement) throw refuse('no_engagement');
    const people = await readFirmPeople(tx, mandantId, engagement.firmId);
    const assignments = await tx
      .selectFrom('assignments')
      .select((q) => q.fn.countAll<number>().as('count'))
      .where('mandant_id', '=', mandantId)
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ count: number }>`
      select count_firm_keys(${mandantId}::uuid, ${engagement.firmId}::uuid) as count`.execute(tx);
    const preview = {
      mandantName: await readMandantName(tx, mandantId),
      firmName: engagement.firmName,
      side: await sideOf(tx, mandantId),
      refusal: (await hasOwnAdmin(tx, mandantId)) ? null : ('mandant_needs_admin' as const),
    };
    const stays = await countKept(tx, mandantId);
    const ends = await asJobOfMandant(tx, mandantId, () => countEnding(tx, mandantId, engagement));
    return {
      ...preview,
      ends: {
        people: people.map(({ userId, name }) => ({ userId, name })),
        ...ends,
        apiKeys: rows[0]?.count ?? 0,
        assignments: assignments.count,
      },
      stays,
    };
  });
}

type Ending = {
  connections: number;
  connectorBindings: number;
  grants: number;
  waitingDeliveries: number;
  unclearDeliveries: number;
};

/** With the Mandant's own sight: a firm that sees vouchers from a later day on ends the deliveries of all. */
async function countEnding(tx: Tx, mandantId: Id, engagement: OpenEngagement): Promise<Ending> {
  const { rows } = await sql<Ending>`
    with severed as (
      select id, channel from connections
       where mandant_id = ${mandantId} and severed_at is null and ${hangsOnFirm(engagement)})
    select (select count(*) from severed where channel = 'belegbilderservice') as connections,
           (select count(*) from severed where channel = 'datevconnect') as "connectorBindings",
           (select count(*) from grants where mandant_id = ${mandantId} and state = 'valid' and connection_id in (select id from severed)) as grants,
           (select count(*) from deliveries where mandant_id = ${mandantId} and connection_id in (select id from severed)
               and ended_at is null and phase <> 'sending' and not maybe_there) as "waitingDeliveries",
           (select count(*) from deliveries where mandant_id = ${mandantId} and connection_id in (select id from severed)
               and ended_at is null and (phase = 'sending' or maybe_there)) as "unclearDeliveries"`.execute(tx);
  return only(rows);
}

type Kept = { vouchers: number; receipts: number; historyEntries: number; people: number };

/** As the person sees them: that there is more, older than the day from which its firm sees vouchers, is no matter of the firm's. */
async function countKept(tx: Tx, mandantId: Id): Promise<Kept> {
  const { rows } = await sql<Kept>`
    select (select count(*) from vouchers where mandant_id = ${mandantId}) as vouchers,
           (select count(*) from receipts where mandant_id = ${mandantId}) as receipts,
           (select count(*) from mandant_history where mandant_id = ${mandantId}) as "historyEntries",
           (select count(*) from mandant_members where mandant_id = ${mandantId}) as people`.execute(tx);
  return only(rows);
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (!row) throw new Error('a select without from always has a row');
  return row;
}
