import type { Ctx } from '../../context.ts';
import { askForProbe } from './confirmConnector.ts';
import type { ConnectorAnswer } from './connectorAnswer.ts';
import { type ConnectorInput, connectorNow, inConnector, requireWorking } from './ownConnector.ts';

/** Testen: orders the probe without a client; what it finds comes later. */
export function probeConnector(ctx: Ctx, input: ConnectorInput): Promise<ConnectorAnswer> {
  return inConnector(ctx, input, async (tx, row) => {
    requireWorking(row);
    await askForProbe(tx, ctx, row.id);
    return connectorNow(tx, ctx, row.id);
  });
}
