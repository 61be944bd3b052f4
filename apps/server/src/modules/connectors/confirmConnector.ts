import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { askForClients } from './heartbeat.ts';
import { issueOrder } from './orders.ts';
import { aboutConnector, type ConnectorInput, connectorNow, inConnector } from './ownConnector.ts';
import { wakeConnector } from './tell.ts';

/**
 * An admin compared machine and fingerprint on both screens: from now on the connector gets orders. The fingerprint comes along, so that what is
 * confirmed is what was seen. Spaces, dashes and case don't count.
 */
export function confirmConnector(ctx: Ctx, input: ConnectorInput & { fingerprint: string }) {
  return inConnector(ctx, input, async (tx, row) => {
    if (row.revoked_at) throw refuse('connector_revoked');
    if (bare(input.fingerprint) !== bare(row.fingerprint)) throw refuse('fingerprint_does_not_match');
    if (row.confirmed_at) return { answer: await connectorNow(tx, ctx, row.id), history: 'unchanged' as const };
    const at = ctx.now();
    await tx
      .updateTable('connectors')
      .set({ confirmed_at: at, confirmed_by: ctx.caller.userId })
      .where('id', '=', row.id)
      .execute();
    const { machine, ...about } = aboutConnector(row);
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.confirmed',
      ...about,
      data: { fingerprint: row.fingerprint },
      ...actedBy(ctx.caller, [machine]),
    });
    await askForProbe(tx, ctx, row.id);
    await askForClients(tx, ctx, row.id);
    await wakeConnector(tx, row.id);
    return { answer: await connectorNow(tx, ctx, row.id), history };
  });
}

/** The doctor's chain without a client; one open at a time. */
export function askForProbe(tx: Parameters<typeof issueOrder>[0], ctx: Ctx, connectorId: string) {
  return issueOrder(tx, ctx, {
    connectorId,
    mandantId: null,
    order: { kind: 'probe', clientGuid: null },
    key: 'probe',
  });
}

function bare(fingerprint: string): string {
  return fingerprint.replace(/[\s-]/g, '').toUpperCase();
}
