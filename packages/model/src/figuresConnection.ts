import type { ConnectionView, StateTone } from './connectionState.ts';
import { probeWeight } from './probeFindings.ts';

/**
 * How the figures of a Mandant come home, in one word: its binding, a confirmation that is missing, and what the synchronisation
 * brought. Where nothing was ever bound or asked for there is no such state, and nobody is told of it.
 */
export const figuresStates = [
  'severed',
  'off',
  'revoked',
  'findings',
  'silent',
  'awaitsConfirmation',
  'failed',
  'stale',
  'disturbed',
  'firstRun',
  'current',
  'connecting',
] as const;
export type FiguresState = (typeof figuresStates)[number];

export const figuresTone: Record<FiguresState, StateTone> = {
  severed: 'neutral',
  off: 'neutral',
  revoked: 'bad',
  findings: 'bad',
  silent: 'warning',
  awaitsConfirmation: 'warning',
  failed: 'bad',
  stale: 'warning',
  disturbed: 'warning',
  firstRun: 'neutral',
  current: 'good',
  connecting: 'neutral',
};

export type FiguresFacts = {
  /** State of the binding; `not_set_up` or `connecting` without one. */
  binding: Pick<ConnectionView, 'state' | 'reason' | 'since'>;
  /** Since when a client with other numbers waits for the second of two confirmations. */
  askedAt: string | null;
  /** A first run came to its end. */
  read: boolean;
  /** Everything booked at DATEV before this time is in the figures; null: nothing was read yet. */
  stand: string | null;
  /** The run under way, or the newest one if it failed, with the code of its failure. */
  run: { state: 'running' } | { state: 'failed'; endedAt: string; code: string } | null;
};

export type FiguresView = { state: FiguresState; since: string | null };

/**
 * Days without a newer Stand after which figures are called stale while they are switched on. They come every working morning, and the
 * longest pause between two is five days (Easter, Christmas in some years): a day more means that nobody brought any.
 */
export const figuresStaleDays = 6;

/** Failures of a run that pass by themselves; the others last until somebody puts them right. */
const passing: ReadonlySet<string> = new Set([
  'cancelled',
  ...Object.entries(probeWeight).flatMap(([code, weight]) => (weight === 'blocking' ? [] : [code])),
]);

/**
 * The shown state. What a person has to put right comes before what passes by itself, and a disturbance that lasts is told as figures
 * that grow old. A confirmation that is missing is hidden by what would keep the figures away all the same.
 * @param now ISO time, passed in.
 */
export function figuresView(facts: FiguresFacts, now: string): FiguresView {
  const { binding, askedAt, stand, run } = facts;
  const { since } = binding;
  if (binding.state === 'needs_reauth') return { state: 'revoked', since };
  if (binding.state === 'misconfigured') return { state: 'findings', since };
  if (binding.state === 'degraded' && binding.reason === 'connectorSilent') return { state: 'silent', since };
  if (askedAt !== null) return { state: 'awaitsConfirmation', since: askedAt };
  if (binding.state === 'severed') return { state: 'severed', since };
  if (binding.state === 'paused') return { state: 'off', since };
  const failed = run?.state === 'failed' ? run : null;
  if (failed && !passing.has(failed.code)) return { state: 'failed', since: failed.endedAt };
  if (stand !== null && isStale(stand, now)) return { state: 'stale', since: stand };
  if (binding.state === 'degraded') return { state: 'disturbed', since };
  if (failed) return { state: 'disturbed', since: failed.endedAt };
  if (facts.read) return { state: 'current', since };
  return { state: run ? 'firstRun' : 'connecting', since };
}

const isStale = (stand: string, now: string) => Date.parse(now) - Date.parse(stand) > figuresStaleDays * 86_400_000;

/** What has to happen next for figures to come. */
export const figuresSteps = [
  'none',
  'installConnector',
  'confirmConnector',
  'releaseClient',
  'bindClient',
  'confirmBinding',
  'switchOn',
  'fixFindings',
  'startConnector',
  'pairAnew',
  'test',
  'wait',
] as const;
export type FiguresStep = (typeof figuresSteps)[number];

/** `severed` and `connecting` begin or go on on the card; neither is asked of anybody. */
export const figuresStepOf: Record<FiguresState, FiguresStep> = {
  severed: 'none',
  off: 'switchOn',
  revoked: 'pairAnew',
  findings: 'fixFindings',
  silent: 'startConnector',
  awaitsConfirmation: 'confirmBinding',
  failed: 'test',
  stale: 'test',
  disturbed: 'wait',
  firstRun: 'wait',
  current: 'none',
  connecting: 'wait',
};

/** Whether a person has to do something. Switching off was somebody's wish: nobody is asked to undo it. */
export function figuresNeedHand(step: FiguresStep): boolean {
  return step !== 'none' && step !== 'wait' && step !== 'switchOn';
}

export const figuresActors = ['you', 'firmAdmin', 'eitherAdmin', 'nobody'] as const;
export type FiguresActor = (typeof figuresActors)[number];

/** What the person reading may do about the figures of a Mandant. */
export type FiguresMay = {
  /** Right `connections`: switch, test. */
  manage: boolean;
  /** The same, on the firm's side: choose a client. */
  bind: boolean;
  /** Kanzlei-Admin: what is done at the connector and at DATEV. */
  install: boolean;
  /** Kanzlei-Admin, and not the one who gave the first confirmation. */
  confirm: boolean;
};

export function whoCanActOnFigures(step: FiguresStep, may: FiguresMay): FiguresActor {
  switch (step) {
    case 'none':
    case 'wait':
      return 'nobody';
    case 'switchOn':
    case 'test':
      return may.manage ? 'you' : 'eitherAdmin';
    case 'bindClient':
      return may.bind ? 'you' : 'firmAdmin';
    case 'confirmBinding':
      return may.confirm ? 'you' : 'firmAdmin';
    default:
      return may.install ? 'you' : 'firmAdmin';
  }
}
