import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { ConnectionRow } from '../connectionHealth/index.ts';
import { readDatevSettings } from '../instance/index.ts';
import { connectionAnswer } from './connectionAnswer.ts';

/** Everything the page Verbindungen shows: the living connection, or the last severed one. */
export function readPage(ctx: Ctx, input: { mandantId: Id }): Promise<AnswerOf<typeof api.connections.page>> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'read', async (tx, seen) => {
    const mayManage = seen.rights.includes('connections');
    const mandant = await tx
      .selectFrom('mandanten')
      .select('name')
      .where('mandant_id', '=', mandantId)
      .executeTakeFirstOrThrow();
    const engagement = await tx
      .selectFrom('engagements as e')
      .innerJoin('firms as f', 'f.id', 'e.firm_id')
      .select(['f.consultant_number', 'e.mandant_number'])
      .where('e.mandant_id', '=', mandantId)
      .where('e.ended_at', 'is', null)
      .executeTakeFirst();
    const settings = await readDatevSettings(tx, ctx);
    const row = await newestConnection(tx, mandantId);
    return {
      mandantName: mandant.name,
      consultantNumber: engagement?.consultant_number ?? null,
      mandantNumber: engagement?.mandant_number ?? null,
      mayManage,
      datevConfigured: settings !== null,
      datevEnvironment: settings ? new URL(settings.issuer).host : null,
      connectedAppsUrl: settings?.connectedAppsUrl ?? null,
      connections: row ? [await connectionAnswer(tx, row, ctx.now(), mayManage)] : [],
      withoutTarget: await countWithoutTarget(tx, mandantId),
    };
  });
}

async function newestConnection(tx: Tx, mandantId: Id): Promise<ConnectionRow | undefined> {
  return tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'belegbilderservice')
    .orderBy(sql`severed_at is not null`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

async function countWithoutTarget(tx: Tx, mandantId: Id): Promise<number> {
  const row = await tx
    .selectFrom('vouchers')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('mandant_id', '=', mandantId)
    .where('status', '=', 'received')
    // As sendVouchers has it: what may have arrived before a cut is not sent by such an act.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deliveries')
            .whereRef('deliveries.mandant_id', '=', 'vouchers.mandant_id')
            .whereRef('deliveries.voucher_id', '=', 'vouchers.id')
            .where('phase', '<>', 'cancelled'),
        ),
      ),
    )
    .executeTakeFirst();
  return row?.count ?? 0;
}
