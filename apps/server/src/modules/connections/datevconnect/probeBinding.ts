import type { Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../../history/index.ts';
import { refuse } from '../../../refusal.ts';
import type { ConnectionRow } from '../../connectionHealth/index.ts';
import { issueOrder, probeKey } from '../../connectors/index.ts';
import { lockBinding } from './binding.ts';
import { cardNow } from './readCard.ts';

/** Testen: the connector probes DATEVconnect for this Mandant's client. What it finds comes to the card by itself. */
export function probeBinding(ctx: Ctx, input: { mandantId: Id }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx, seen) => {
    const binding = await lockBinding(tx, mandantId);
    if (!binding) throw refuse('no_connection');
    if (!binding.switched_on) throw refuse('conflict', { detail: switchedOff });
    if (!(await askForProbe(tx, ctx, binding))) throw refuse('connector_missing');
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'connection.tested',
      subject: { mandantId, connectionId: binding.id },
      data: { channel: 'datevconnect', result: 'asked' },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
    });
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}

/** One open probe per Mandant; null where there is no connector to ask. */
export async function askForProbe(tx: Tx, ctx: Ctx, binding: ConnectionRow): Promise<Id | null> {
  const { mandant_id: mandantId, connector_id: connectorId, client_id: clientGuid } = binding;
  if (!connectorId) return null;
  return issueOrder(tx, ctx, {
    connectorId,
    mandantId,
    order: { kind: 'probe', clientGuid },
    key: probeKey(mandantId),
  });
}

const switchedOff = {
  de: 'DATEVconnect ist für diesen Mandanten ausgeschaltet; der Konnektor fragt dann nichts. Schalten Sie es zuerst ein.',
  en: 'DATEVconnect is switched off for this Mandant; the connector asks nothing then. Switch it on first.',
};
