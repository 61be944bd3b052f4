import type { Id } from '@bruecke/model';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { type ConnectorAnswer, type ConnectorRow, connectorAnswers } from './connectorAnswer.ts';

export type ConnectorInput = { firmId: Id; connectorId: Id };

/** Runs `work` as an admin of the firm, with one of its connectors locked; refuses with `not_found` one that is not on its list. */
export function inConnector<T>(
  ctx: Ctx,
  input: ConnectorInput,
  work: (tx: Tx, row: ConnectorRow) => Promise<T>,
): Promise<T> {
  return inFirm(ctx, input.firmId, 'admin', async (tx) => {
    const row = await tx
      .selectFrom('connectors')
      .selectAll()
      .where('firm_id', '=', input.firmId)
      .where('id', '=', input.connectorId)
      .where('removed_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw refuse('not_found');
    return work(tx, row);
  });
}

/** Admits only a connector that works: confirmed and not revoked. */
export function requireWorking(row: ConnectorRow): void {
  if (row.revoked_at) throw refuse('connector_revoked');
  if (!row.confirmed_at) throw refuse('connector_not_confirmed');
}

/** The connector as it is now, after an act on it. */
export async function connectorNow(tx: Tx, ctx: Ctx, connectorId: Id): Promise<ConnectorAnswer> {
  const rows = await tx.selectFrom('connectors').selectAll().where('id', '=', connectorId).execute();
  const [answer] = await connectorAnswers(tx, rows, ctx.now());
  if (!answer) throw refuse('not_found');
  return answer;
}

/** What the firm's history says of an act on a connector: its name stands beside the chain. */
export function aboutConnector(row: ConnectorRow) {
  return {
    subject: { firmId: row.firm_id, connectorId: row.id },
    machine: { label: 'machine', value: row.machine },
    firmIds: [row.firm_id],
  };
}
