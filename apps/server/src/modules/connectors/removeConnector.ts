import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { aboutConnector, type ConnectorInput, inConnector } from './ownConnector.ts';
import { revoke } from './revokeConnector.ts';
import { tellConnector } from './tell.ts';

/**
 * Takes a connector off the list: revoked where it still works, and its bindings severed, also of Mandanten that this admin may not see.
 * What it delivered stays with the Mandanten.
 */
export function removeConnector(ctx: Ctx, input: ConnectorInput) {
  return inConnector(ctx, input, async (tx, row) => {
    if (!row.revoked_at) await revoke(tx, ctx, row);
    // While the bindings live, so that their pages hear it.
    await tellConnector(tx, row.id);
    const at = ctx.now();
    const severed = await severBindings(tx, ctx, { firmId: input.firmId, connectorId: row.id, at });
    await tx.updateTable('connectors').set({ removed_at: at }).where('id', '=', row.id).execute();
    const { machine, ...about } = aboutConnector(row);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.removed',
      ...about,
      data: { bindings: severed.length },
      ...actedBy(ctx.caller, [machine]),
    });
    return { answer: undefined, history: [history, ...severed] };
  });
}

type Severed = { mandant_id: Id; connection_id: Id; consultant_number: number; mandant_number: number };

async function severBindings(tx: Tx, ctx: Ctx, given: { firmId: Id; connectorId: Id; at: Date }) {
  const { rows } = await sql<Severed>`
    select * from sever_bindings(${given.connectorId}::uuid, ${given.at}::timestamptz)`.execute(tx);
  const recorded: { id: Id; kind: 'connection.severed' }[] = [];
  for (const row of rows)
    recorded.push(
      await recordHistory(tx, ctx, {
        at: given.at,
        kind: 'connection.severed',
        subject: { mandantId: row.mandant_id, connectionId: row.connection_id },
        data: {
          channel: 'datevconnect',
          consultantNumber: row.consultant_number,
          mandantNumber: row.mandant_number,
          connectorId: given.connectorId,
        },
        ...actedBy(ctx.caller),
        mandantIds: [row.mandant_id],
        firmIds: [given.firmId],
      }),
    );
  return recorded;
}
