import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { aboutConnector, type ConnectorInput, connectorNow, inConnector, requireWorking } from './ownConnector.ts';
import { wakeConnector } from './tell.ts';

/** Schlüssel erneuern: the connector makes a new key pair at its next contact (changeKey.ts). Asking twice asks once. */
export function askKeyChange(ctx: Ctx, input: ConnectorInput) {
  return inConnector(ctx, input, async (tx, row) => {
    requireWorking(row);
    if (row.key_change_asked_at) return { answer: await connectorNow(tx, ctx, row.id), history: 'unchanged' as const };
    const at = ctx.now();
    await tx
      .updateTable('connectors')
      .set({ key_change_asked_at: at, key_change_asked_by: ctx.caller.userId })
      .where('id', '=', row.id)
      .execute();
    const { machine, ...about } = aboutConnector(row);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.keyChangeAsked',
      ...about,
      data: { fingerprint: row.fingerprint },
      ...actedBy(ctx.caller, [machine]),
    });
    await wakeConnector(tx, row.id);
    return { answer: await connectorNow(tx, ctx, row.id), history };
  });
}
