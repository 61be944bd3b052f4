import { type ConnectorRow, type Id, type ProbeCode, type ProbeRow, probeWeight } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredFinding } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { OpenOrder, OrderReceiver } from './receivers.ts';
import { tellConnector, tellMandant } from './tell.ts';

type Step = Pick<ProbeRow, 'code' | 'detail'>;

/** Keeps what a probe found: at the connector, or at the Mandant's connection where it was about its client. */
export const probeReceiver: OrderReceiver = {
  // The steps of a probe are few and come in one part.
  rows: (tx, services, order, rows) => keep(tx, services, order, rows.filter(isProbe)),
  ended: async (tx, services, order, end) => {
    // A probe that could not even begin is a finding, too.
    if (!end.ok && end.code !== 'cancelled')
      await keep(tx, services, order, [
        { code: end.code === 'refusedByConnector' ? 'clientNotReleased' : end.code, detail: end.detail },
      ]);
    else if (order.mandantId) await tellMandant(tx, order.mandantId);
    else await tellConnector(tx, order.connectorId);
  },
};

const isProbe = (row: ConnectorRow): row is ProbeRow => row.row === 'probe';

async function keep(tx: Tx, services: Services, order: OpenOrder, steps: readonly Step[]): Promise<void> {
  const at = services.now();
  const findings = JSON.stringify(steps.map(findingOf));
  if (order.mandantId) {
    await keepAtConnection(tx, order.connectorId, order.mandantId, { steps, findings, at });
    await tellMandant(tx, order.mandantId);
    return;
  }
  await tx.updateTable('connectors').set({ findings, probed_at: at }).where('id', '=', order.connectorId).execute();
  await tellConnector(tx, order.connectorId);
}

async function keepAtConnection(
  tx: Tx,
  connectorId: Id,
  mandantId: Id,
  found: { steps: readonly Step[]; findings: string; at: Date },
): Promise<void> {
  const { at } = found;
  const has = (weight: string) => found.steps.find((step) => probeWeight[step.code] === weight);
  const unreachable = has('unreachable');
  const blocking = has('blocking') !== undefined;
  const before = await tx
    .selectFrom('connections')
    .select(['reachable', 'reachable_since'])
    .where('mandant_id', '=', mandantId)
    .where('connector_id', '=', connectorId)
    .executeTakeFirst();
  if (!before) return;
  const reachable = unreachable === undefined;
  await tx
    .updateTable('connections')
    .set({
      findings: found.findings,
      checked_at: at,
      setup: blocking || has('warning') ? 'findings' : 'ready',
      setup_blocking: blocking,
      reachable,
      reachable_since: before.reachable === reachable ? before.reachable_since : at,
      unreachable_reason: unreachable?.code ?? null,
      ...(blocking || unreachable ? {} : { last_success_at: at }),
    })
    .where('mandant_id', '=', mandantId)
    .where('connector_id', '=', connectorId)
    .execute();
}

function findingOf(step: Step): StoredFinding {
  return { code: step.code, severity: severityOf(step.code), helpUrl: null, detail: step.detail };
}

/** That DATEV does not answer shows as "gestört"; among the findings it is a warning. */
function severityOf(code: ProbeCode): StoredFinding['severity'] {
  const weight = probeWeight[code];
  return weight === 'unreachable' ? 'warning' : weight;
}
