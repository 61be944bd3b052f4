import type { Id, Sentence } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { hashToken } from '../../secrets/encryption.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A session ends after half a day without use and after thirty days in any case. */
export const idleMs = 12 * hour;
const longestMs = 30 * 24 * hour;
/** Between password and second factor there is not more time than it takes to find the telephone. */
const secondFactorMs = 10 * minute;
/** How long a sign-in or a confirmation counts as fresh. */
export const freshMs = 10 * minute;
/** Noting each use would make every read a write. */
const seenEveryMs = minute;

/** Where a request came from. */
export type From = { ip: string; userAgent: string | null; sessionToken: string | null };

/** A session just begun; the token goes into the cookie and nowhere else. */
export type NewSession = { state: 'signedIn' | 'secondFactor'; token: string; expires: Date };

/** Begins a session with a token of its own, and ends the one that this browser had before. */
export async function beginSession(
  tx: Tx,
  services: Services,
  given: { userId: Id; state: NewSession['state']; from: From },
): Promise<NewSession> {
  const { from, state } = given;
  if (from.sessionToken) await endSessions(tx, services, { token: from.sessionToken });
  const now = services.now();
  const token = services.randomBytes(32).toString('base64url');
  const expires = new Date(now.getTime() + (state === 'signedIn' ? longestMs : secondFactorMs));
  await tx
    .insertInto('sessions')
    .values({
      id: services.newId(),
      user_id: given.userId,
      token_hash: hashToken(token),
      csrf_token: services.randomBytes(24).toString('base64url'),
      state,
      created_at: now,
      seen_at: now,
      expires_at: expires,
      fresh_until: state === 'signedIn' ? new Date(now.getTime() + freshMs) : null,
      user_agent: from.userAgent,
      ip: from.ip,
      ended_at: null,
    })
    .execute();
  return { state, token, expires };
}

/** Sessions to end: one by token or id, or all of a person's but one. */
type Which = { token: string } | { userId: Id; sessionId: Id } | { userId: Id; except: Id | null };

/** Ends sessions; their live streams close and their downloads break off when the transaction commits (NOTIFY session_ended). Returns how many ended. */
export async function endSessions(tx: Tx, services: Services, which: Which): Promise<number> {
  let query = tx
    .updateTable('sessions')
    .set({ ended_at: services.now(), fresh_until: null })
    .where('ended_at', 'is', null);
  if ('token' in which) query = query.where('token_hash', '=', hashToken(which.token));
  else query = query.where('user_id', '=', which.userId);
  if ('sessionId' in which) query = query.where('id', '=', which.sessionId);
  if ('except' in which && which.except) query = query.where('id', '!=', which.except);
  const ended = await query.returning('id').execute();
  for (const { id } of ended) await sql`select pg_notify('session_ended', ${id})`.execute(tx);
  return ended.length;
}

/** The good sessions with these tokens. */
export async function findSessions(tx: Tx, services: Services, tokens: readonly string[], state: NewSession['state']) {
  const now = services.now();
  return tx
    .selectFrom('sessions as s')
    .innerJoin('users as u', 'u.id', 's.user_id')
    .select(['s.token_hash', 's.id', 's.user_id', 's.csrf_token', 's.fresh_until', 's.seen_at'])
    .select(['u.name', 'u.email', 'u.language', 'u.operator'])
    .where(sql<boolean>`s.token_hash = any (${[...new Set(tokens.map(hashToken))]}::text[])`)
    .where('s.state', '=', state)
    .where('s.ended_at', 'is', null)
    .where('s.expires_at', '>', now)
    .where('s.seen_at', '>', new Date(now.getTime() - idleMs))
    .where('u.disabled_at', 'is', null)
    .execute();
}

/** Why the session with this token is no good any more; null for a token that opened none. */
export async function whyOver(tx: Tx, services: Services, token: string): Promise<Sentence | null> {
  const session = await tx
    .selectFrom('sessions')
    .select(['ended_at', 'expires_at', 'seen_at'])
    .where('token_hash', '=', hashToken(token))
    .where('state', '=', 'signedIn')
    .executeTakeFirst();
  const now = services.now().getTime();
  if (!session) return null;
  if (session.ended_at) return over.ended;
  if (session.expires_at.getTime() <= now) return over.old;
  return session.seen_at.getTime() <= now - idleMs ? over.idle : null;
}

/** Not who or what ended it: whoever holds the old token may be the one it was ended for. */
const over: Record<'ended' | 'old' | 'idle', Sentence> = {
  ended: {
    de: 'Die Sitzung wurde beendet: durch Abmelden, in der Liste der Sitzungen oder mit einem neuen Passwort.',
    en: 'The session was ended: by signing out, in the list of sessions or with a new password.',
  },
  old: {
    de: 'Die Anmeldung ist dreißig Tage her. Länger gilt sie nicht.',
    en: 'You signed in thirty days ago. It is not valid for longer.',
  },
  idle: {
    de: 'Zwölf Stunden lang hat niemand mit dieser Anmeldung gearbeitet.',
    en: 'Nobody has worked with this sign-in for twelve hours.',
  },
};

/** Whether a use at this time is worth noting. */
export function isUseToNote(services: Services, seenAt: Date | null): boolean {
  return seenAt === null || services.now().getTime() - seenAt.getTime() >= seenEveryMs;
}
