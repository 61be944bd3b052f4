import type { AnswerOf, api } from '@bruecke/contract';
import { type ConnectionFacts, type ConnectionView, connectionView } from '@bruecke/model';
import { type ConnectionRow, connectionFacts } from '../../connectionHealth/index.ts';
import { type ConnectorState, isSilent } from '../../connectors/index.ts';

export type Card = AnswerOf<typeof api.datevconnect.card>;
type Steps = Card['steps'];

/** A binding has no end of its own; the model asks for one. */
const noEnd = '9999-12-31T00:00:00.000Z';

/**
 * The five facts of a binding: authorised while its connector is (confirming came before binding), reachable while the connector gives signs of
 * life and DATEV answers it, set up as the probe found. `binding`: the living one, else the last severed, else null.
 */
export function bindingFacts(
  binding: ConnectionRow | null,
  connector: ConnectorState | null,
  asked: Date | null,
  now: Date,
): ConnectionFacts {
  if (!binding)
    return {
      switch: { on: false, since: now.toISOString(), by: null },
      authorisation: asked ? { state: 'connecting', since: asked.toISOString() } : { state: 'none' },
      setup: { state: 'unchecked' },
      reachability: { state: 'unknown' },
      engagement: { state: 'open' },
      lastSuccessAt: null,
    };
  const facts = connectionFacts(binding, null);
  if (binding.severed_at) return facts;
  return {
    ...facts,
    authorisation: connector?.revoked_at
      ? { state: 'lost', since: connector.revoked_at.toISOString(), reason: 'connectorRevoked' }
      : { state: 'valid', since: binding.created_at.toISOString(), until: noEnd, by: binding.created_by },
    reachability:
      connector && !connector.revoked_at && isSilent(connector, now)
        ? {
            state: 'down',
            since: (connector.last_seen_at ?? connector.paired_at).toISOString(),
            reason: 'connectorSilent',
          }
        : facts.reachability,
  };
}

export function viewOfBinding(facts: ConnectionFacts, now: Date): ConnectionView {
  return connectionView(facts, now.toISOString());
}

/** What has to happen next. A finding that the client is not released is put right on the machine, others at DATEV. */
export function nextStepOf(
  view: Pick<ConnectionView, 'state' | 'reason'>,
  steps: Steps,
  given: { requested: boolean; findings: readonly { code: string }[] },
): Card['nextStep'] {
  if (!steps.bound) return setUpStep(steps, given.requested);
  switch (view.state) {
    case 'paused':
      return 'switchOn';
    case 'needs_reauth':
      return 'pairAnew';
    case 'misconfigured':
      return given.findings.some(({ code }) => code === 'clientNotReleased') ? 'releaseClient' : 'fixFindings';
    case 'degraded':
      return view.reason === 'connectorSilent' ? 'startConnector' : 'wait';
    case 'connecting':
      return 'wait';
    default:
      return 'none';
  }
}

function setUpStep(steps: Steps, requested: boolean): Card['nextStep'] {
  if (!steps.paired) return 'installConnector';
  if (!steps.confirmed) return 'confirmConnector';
  if (!steps.released) return 'releaseClient';
  return requested ? 'confirmBinding' : 'bindClient';
}

export function whoCanAct(
  step: Card['nextStep'],
  may: { manage: boolean; bind: boolean; install: boolean; confirm: boolean },
): Card['whoCanAct'] {
  switch (step) {
    case 'none':
    case 'wait':
      return 'nobody';
    case 'switchOn':
      return may.manage ? 'you' : 'eitherAdmin';
    case 'bindClient':
      return may.bind ? 'you' : 'firmAdmin';
    case 'confirmBinding':
      return may.confirm ? 'you' : 'firmAdmin';
    default:
      return may.install ? 'you' : 'firmAdmin';
  }
}
