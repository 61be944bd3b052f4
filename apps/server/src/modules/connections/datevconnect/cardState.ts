import type { AnswerOf, api } from '@bruecke/contract';
import { type ConnectionFacts, type ConnectionView, connectionView } from '@bruecke/model';

export type Card = AnswerOf<typeof api.datevconnect.card>;
type Steps = Card['steps'];

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
