import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { connectorAnswers, namesOf } from './connectorAnswer.ts';

type Answer = AnswerOf<typeof api.connectors.list>;

const filesShownMs = 30 * 86_400_000;

/** The firm's connectors, those that work first, and its Verbindungsdateien of the last 30 days. */
export function listConnectors(ctx: Ctx, input: { firmId: Id }): Promise<Answer> {
  return inFirm(ctx, input.firmId, 'admin', async (tx) => {
    const rows = await tx
      .selectFrom('connectors')
      .selectAll()
      .where('firm_id', '=', input.firmId)
      .where('removed_at', 'is', null)
      .orderBy('revoked_at', (by) => by.asc().nullsFirst())
      .orderBy('paired_at', 'desc')
      .execute();
    return {
      connectors: await connectorAnswers(tx, rows, ctx.now()),
      files: await listFiles(tx, input.firmId, ctx.now()),
    };
  });
}

async function listFiles(tx: Tx, firmId: Id, now: Date): Promise<Answer['files']> {
  const rows = await tx
    .selectFrom('connector_files')
    .select(['id', 'created_at', 'created_by', 'expires_at', 'used_at', 'connector_id', 'withdrawn_at'])
    .where('firm_id', '=', firmId)
    .where('created_at', '>', new Date(now.getTime() - filesShownMs))
    .orderBy('created_at', 'desc')
    .execute();
  const people = await namesOf(
    tx,
    rows.map((row) => row.created_by),
  );
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at.toISOString(),
    createdBy: people.get(row.created_by) ?? null,
    expiresAt: row.expires_at.toISOString(),
    state: row.used_at ? 'used' : row.withdrawn_at ? 'withdrawn' : row.expires_at <= now ? 'expired' : 'open',
    usedAt: row.used_at?.toISOString() ?? null,
    connectorId: row.connector_id,
  }));
}
