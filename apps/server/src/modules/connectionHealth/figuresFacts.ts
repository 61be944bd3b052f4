import {
  type ConnectionFacts,
  type FiguresActor,
  type FiguresFacts,
  type FiguresStep,
  type FiguresView,
  figuresStepOf,
  figuresView,
  type Id,
  shownConnection,
  whoCanActOnFigures,
} from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import { isSilent } from '../connectors/index.ts';
import { bindingFacts, unboundFacts } from './bindingFacts.ts';

/**
 * What figures_connections (migration 0015) answers for one Mandant. Without a living binding `bound_at` is null, and what hangs on it;
 * without that and a confirmation that is waited for, all of it.
 */
export type FiguresRow = {
  bound_at: Date | null;
  off_at: Date | null;
  blocked_at: Date | null;
  not_released: boolean | null;
  unreachable_at: Date | null;
  /** Of the connector; `paired_at` where it was never seen since. */
  seen_at: Date | null;
  paired_at: Date | null;
  revoked_at: Date | null;
  severed_at: Date | null;
  asked_at: Date | null;
  asked_by: Id | null;
  read: boolean | null;
  stand: Date | null;
  running: boolean | null;
  failed_at: Date | null;
  failure_code: string | null;
};

/** As far as the shown state hangs on it. */
export type ShownFiguresRow = Omit<FiguresRow, 'asked_by'>;

/** How the figures of a Mandant come home, as lists and overviews show it. */
export type FiguresConnection = FiguresView & {
  stand: string | null;
  nextStep: FiguresStep;
  whoCanAct: FiguresActor;
};

/** Of one Mandant, also after the end of its last binding; null where nothing was ever bound or asked for. */
export async function readFiguresRow(tx: Tx, mandantId: Id): Promise<FiguresRow | null> {
  const { rows } = await sql<FiguresRow>`select * from figures_connections(array[${mandantId}::uuid], true)`.execute(
    tx,
  );
  return rows[0] ?? null;
}

/** Who reads: with the right `connections` or not, from the firm's side or not, as Kanzlei-Admin or not. */
export type FiguresReader = { userId: Id; manage: boolean; ofFirm: boolean; firmAdmin: boolean };

/** Null where nothing was ever bound or asked for. */
export function figuresConnection(row: FiguresRow, who: FiguresReader, now: Date): FiguresConnection | null {
  const shown = shownFigures(row, now);
  if (shown === null) return null;
  const whoCanAct = whoCanActOnFigures(shown.nextStep, {
    manage: who.manage,
    bind: who.manage && who.ofFirm,
    install: who.firmAdmin,
    confirm: who.firmAdmin && row.asked_by !== who.userId,
  });
  return { ...shown, whoCanAct };
}

/** The same, whoever reads. */
export function shownFigures(row: ShownFiguresRow, now: Date): Omit<FiguresConnection, 'whoCanAct'> | null {
  if (row.bound_at === null && row.severed_at === null && row.asked_at === null) return null;
  const at = now.toISOString();
  const stand = iso(row.stand);
  const binding = shownConnection(factsOf(row, now), at);
  const askedAt = iso(row.asked_at);
  const { state, since } = figuresView({ binding, askedAt, read: row.read === true, stand, run: runOf(row) }, at);
  const nextStep = state === 'findings' && row.not_released ? 'releaseClient' : figuresStepOf[state];
  return { state, since, stand, nextStep };
}

const iso = (time: Date | null): string | null => time?.toISOString() ?? null;

/** As far as the shown state hangs on them: whether a call ever succeeded is told by the figures themselves. */
function factsOf(row: ShownFiguresRow, now: Date): ConnectionFacts {
  const {
    bound_at: boundAt,
    severed_at: severedAt,
    off_at: offAt,
    blocked_at: blockedAt,
    unreachable_at: downAt,
  } = row;
  if (boundAt === null) {
    const none = unboundFacts(iso(row.asked_at), now.toISOString());
    return severedAt === null ? none : { ...none, engagement: { state: 'ended', since: severedAt.toISOString() } };
  }
  const since = boundAt.toISOString();
  return bindingFacts(
    {
      switch: { on: offAt === null, since: iso(offAt) ?? since, by: null },
      setup:
        blockedAt === null
          ? { state: 'unchecked' }
          : { state: 'findings', since: blockedAt.toISOString(), blocking: true },
      reachability:
        downAt === null ? { state: 'unknown' } : { state: 'down', since: downAt.toISOString(), reason: 'unavailable' },
      engagement: { state: 'open' },
      lastSuccessAt: null,
    },
    { at: since, by: null },
    {
      revokedAt: iso(row.revoked_at),
      silentSince: isSilent({ last_seen_at: row.seen_at }, now) ? iso(row.seen_at ?? row.paired_at) : null,
    },
  );
}

function runOf({ running, failed_at, failure_code }: ShownFiguresRow): FiguresFacts['run'] {
  if (running) return { state: 'running' };
  if (failed_at === null) return null;
  return { state: 'failed', endedAt: failed_at.toISOString(), code: failure_code ?? 'unexpected' };
}
