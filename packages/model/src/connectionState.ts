/** The state of a connection as people see it: one pure function of five facts that are kept apart. */
export const connectionStates = [
  'severed',
  'paused',
  'needs_reauth',
  'misconfigured',
  'degraded',
  'expiring',
  'active',
  'connecting',
  'not_set_up',
] as const;
export type ConnectionState = (typeof connectionStates)[number];

export type ConnectionFacts = {
  switch: { on: boolean; since: string; by: string | null };
  authorisation:
    | { state: 'none' }
    | { state: 'connecting'; since: string }
    | { state: 'valid'; since: string; until: string; by: string | null }
    | { state: 'lost'; since: string; reason: string };
  setup:
    | { state: 'unchecked' }
    | { state: 'ready'; since: string }
    | { state: 'findings'; since: string; blocking: boolean };
  reachability:
    | { state: 'unknown' }
    | { state: 'up'; since: string }
    | { state: 'down'; since: string; reason: string };
  engagement: { state: 'open' } | { state: 'ended'; since: string };
  /** Time of the last real call for this Mandant that succeeded; without one nothing is called active. */
  lastSuccessAt: string | null;
};

/** Whether a state is worth a person's attention: drives colour and order ("broken first"). */
export type StateTone = 'good' | 'warning' | 'bad' | 'neutral';

export const connectionTone: Record<ConnectionState, StateTone> = {
  severed: 'neutral',
  paused: 'neutral',
  needs_reauth: 'bad',
  misconfigured: 'bad',
  degraded: 'warning',
  expiring: 'warning',
  active: 'good',
  connecting: 'neutral',
  not_set_up: 'neutral',
};

/** Days before the end of an authorisation from which a renewal is asked for. */
export const expiringDays = 30;

export type ShownConnection = {
  state: ConnectionState;
  since: string | null;
  by: string | null;
  reason: string | null;
};

export type ConnectionView = ShownConnection & {
  /** What the shown state hides, in the order of precedence. */
  hidden: ConnectionState[];
};

/**
 * The shown state, by the precedence
 * severed > paused > needs_reauth > misconfigured > degraded > expiring > active > connecting > not_set_up.
 * @param now ISO time, passed in.
 */
export function connectionView(facts: ConnectionFacts, now: string): ConnectionView {
  const [first = notSetUp, ...rest] = applying(facts, now);
  return { ...first, hidden: rest.map((entry) => entry.state) };
}

/** The same without what it hides: a list of 1,000 needs no more. */
export function shownConnection(facts: ConnectionFacts, now: string): ShownConnection {
  const [first = notSetUp] = applying(facts, now);
  return first;
}

const notSetUp: ShownConnection = { state: 'not_set_up', since: null, by: null, reason: null };
const shown = (state: ConnectionState, since: string | null, reason: string | null = null, by: string | null = null) =>
  ({ state, since, by, reason }) satisfies ShownConnection;

function* applying(facts: ConnectionFacts, now: string): Generator<ShownConnection> {
  const { authorisation, setup, reachability } = facts;
  if (facts.engagement.state === 'ended') yield shown('severed', facts.engagement.since);
  if (!facts.switch.on && authorisation.state !== 'none' && authorisation.state !== 'connecting')
    yield shown('paused', facts.switch.since, null, facts.switch.by);
  const expired = authorisation.state === 'valid' && authorisation.until <= now;
  if (authorisation.state === 'lost') yield shown('needs_reauth', authorisation.since, authorisation.reason);
  else if (expired && authorisation.state === 'valid') yield shown('needs_reauth', authorisation.until, 'expired');
  if (setup.state === 'findings' && setup.blocking) yield shown('misconfigured', setup.since);
  if (reachability.state === 'down') yield shown('degraded', reachability.since, reachability.reason);
  if (authorisation.state === 'valid' && !expired) {
    const renewFrom = Date.parse(authorisation.until) - expiringDays * 86_400_000;
    if (renewFrom <= Date.parse(now)) yield shown('expiring', new Date(renewFrom).toISOString());
    if (facts.lastSuccessAt) yield shown('active', authorisation.since, null, authorisation.by);
    else yield shown('connecting', authorisation.since);
  }
  if (authorisation.state === 'connecting') yield shown('connecting', authorisation.since);
}

/** Whether deliveries may be sent now. A degraded connection is tried again by the retry table, not held. */
export function mayForward(view: ConnectionView): boolean {
  return view.state === 'active' || view.state === 'expiring' || view.state === 'degraded';
}

export const nextSteps = [
  'none',
  'connect',
  'renew',
  'reauth',
  'switchOn',
  'fixFindings',
  'wait',
  'chooseDatasetAnew',
] as const;
/** What has to happen next for a connection to forward. */
export type NextStep = (typeof nextSteps)[number];

export const nextStepOf: Record<ConnectionState, NextStep> = {
  severed: 'chooseDatasetAnew',
  paused: 'switchOn',
  needs_reauth: 'reauth',
  misconfigured: 'fixFindings',
  degraded: 'wait',
  expiring: 'renew',
  active: 'none',
  connecting: 'wait',
  not_set_up: 'connect',
};
