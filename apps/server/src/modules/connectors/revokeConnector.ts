import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import type { ConnectorRow } from './connectorAnswer.ts';
import { cancelOrders } from './orders.ts';
import { aboutConnector, type ConnectorInput, connectorNow, inConnector } from './ownConnector.ts';
import { tellConnector, wakeConnector } from './tell.ts';

/**
 * Revokes a connector: from commit on its requests are refused, its rows are not taken, its open orders are over. The bindings stay and say
 * that their connector is gone; told to the firm and to every Mandant bound to it.
 */
export function revokeConnector(ctx: Ctx, input: ConnectorInput) {
  return inConnector(ctx, input, async (tx, row) => {
    const history = row.revoked_at ? ('unchanged' as const) : await revoke(tx, ctx, row);
    return { answer: await connectorNow(tx, ctx, row.id), history };
  });
}

export async function revoke(tx: Tx, ctx: Ctx, row: ConnectorRow) {
  const at = ctx.now();
  await tx
    .updateTable('connectors')
    .set({ revoked_at: at, revoked_by: ctx.caller.userId })
    .where('id', '=', row.id)
    .execute();
  const cancelled = await cancelOrders(tx, ctx, { connectorId: row.id });
  const { machine, ...about } = aboutConnector(row);
  const { rows: bound } = await sql<{
    id: Id;
  }>`select mandant_id as id from mandanten_bound_to(${row.id}::uuid)`.execute(tx);
  const history = await recordHistory(tx, ctx, {
    at,
    kind: 'connector.revoked',
    ...about,
    data: { orders: cancelled, fingerprint: row.fingerprint },
    ...actedBy(ctx.caller, [machine]),
    mandantIds: bound.map((one) => one.id),
  });
  await tellConnector(tx, row.id);
  await wakeConnector(tx, row.id);
  return history;
}
