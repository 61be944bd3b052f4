import type { Id, Right } from '@bruecke/model';
import { sql } from 'kysely';
import { type AccessRow, rightsOf } from '../../access/index.ts';
import type { Caller, Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { Tx } from '../../db/withTenant.ts';
import { gather } from '../../gather.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { findSessions, isUseToNote } from './sessions.ts';

/** API keys begin with this, so that secret scanners and people recognise them. */
export const apiKeyMark = 'brk_';

type Shown = { sessionToken: string | null; bearer: string | null; mandantId?: Id | null };

/**
 * Finds out who asks, by session cookie or API key; null when neither is good. With `mandantId` the caller comes with its rights there.
 * Requests at the same time ask together.
 */
export function identify(services: Services, shown: Shown): Promise<Caller | null> {
  return identifyTogether(services, 'everybody', shown);
}

const identifyTogether = gather(identifyAll, { paceMs: 1 });

async function identifyAll(services: Services, _lane: string, shown: readonly Shown[]): Promise<(Caller | null)[]> {
  const keys = shown.flatMap(({ bearer }) => (bearer?.startsWith(apiKeyMark) ? [bearer] : []));
  const tokens = shown.flatMap(({ bearer, sessionToken }) => (sessionToken && !bearer ? [sessionToken] : []));
  const look = (tx: Tx) =>
    Promise.all([
      keys.length > 0 ? findByKeys(tx, services, keys) : [],
      tokens.length > 0 ? findBySessions(tx, services, tokens) : [],
      findRights(tx, shown),
    ]);
  const [byKey, bySession, rightsAt] = await services.withRole('auth', look, {
    readOnly: true,
    oneBreath: true,
    keepPlans: true,
  });
  await noteUse(services, 'api_keys', 'used_at', byKey);
  await noteUse(services, 'sessions', 'seen_at', bySession);
  const [keyed, signedIn] = [byKey, bySession].map((found) => new Map(found.map(({ hash, caller }) => [hash, caller])));
  return shown.map(({ bearer, sessionToken, mandantId }) => {
    const caller = (bearer ? keyed : signedIn)?.get(hashOf({ bearer, sessionToken })) ?? null;
    return caller && mandantId
      ? { ...caller, atMandant: { id: mandantId, rights: rightsAt(caller, mandantId) } }
      : caller;
  });
}

function hashOf({ bearer, sessionToken }: Shown): string {
  return hashToken(bearer ?? sessionToken ?? '');
}

/** The present rights of those who ask for each Mandant that one of them asks about; an API key's are cut with them. */
async function findRights(tx: Tx, shown: readonly Shown[]): Promise<(caller: Caller, mandantId: Id) => Right[]> {
  const asked = new Map(
    shown.flatMap(({ bearer, sessionToken, mandantId }) => {
      if (!mandantId) return [];
      const hash = hashOf({ bearer, sessionToken });
      return [[`${hash} ${mandantId}`, { hash, mandantId }] as const];
    }),
  );
  if (asked.size === 0) return () => [];
  const { rows } = await sql<AccessRow & { userId: Id; mandantId: Id }>`
    select a.user_id as "userId", a.mandant_id as "mandantId", a.rights
      from ${tableOf('asked', { hash: 'text', mandantId: 'uuid' }, [...asked.values()])}
      join (select token_hash, user_id from sessions union all select token_hash, user_id from api_keys) who on who.token_hash = asked.hash
      join access a on a.user_id = who.user_id and a.mandant_id = asked."mandantId"`.execute(tx);
  return (caller, mandantId) =>
    rightsOf(
      caller,
      mandantId,
      rows.filter((row) => row.userId === caller.userId && row.mandantId === mandantId),
    );
}

/** Who showed the token with this hash; `id` of the session or key. */
type Found = { hash: string; id: Id; lastUse: Date | null; caller: Caller };

async function findBySessions(tx: Tx, services: Services, tokens: readonly string[]): Promise<Found[]> {
  const rows = await findSessions(tx, services, tokens, 'signedIn');
  return rows.map((row) => ({
    hash: row.token_hash,
    id: row.id,
    lastUse: row.seen_at,
    caller: {
      userId: row.user_id,
      name: row.name,
      email: row.email,
      language: row.language,
      operator: row.operator,
      session: { id: row.id, csrfToken: row.csrf_token, freshUntil: row.fresh_until },
      apiKey: null,
    },
  }));
}

/** Their rights are cut with the person's present ones where they are used (access). */
async function findByKeys(tx: Tx, services: Services, keys: readonly string[]): Promise<Found[]> {
  const rows = await tx
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(['k.token_hash', 'k.id', 'k.user_id', 'k.mandant_id', 'k.rights', 'k.used_at'])
    .select(['u.name', 'u.email', 'u.language'])
    .where(sql<boolean>`k.token_hash = any (${[...new Set(keys.map(hashToken))]}::text[])`)
    .where('k.revoked_at', 'is', null)
    .where((has) => has.or([has('k.expires_at', 'is', null), has('k.expires_at', '>', services.now())]))
    .where('u.disabled_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    hash: row.token_hash,
    id: row.id,
    lastUse: row.used_at,
    caller: {
      userId: row.user_id,
      name: row.name,
      email: row.email,
      language: row.language,
      // A key is for one Mandant; whatever else its person may do, it may not.
      operator: false,
      session: null,
      apiKey: { id: row.id, mandantId: row.mandant_id, rights: row.rights },
    },
  }));
}

/** Rows that somebody holds are left out: nobody who asks waits for what another one does to their sign-in. */
async function noteUse(
  services: Services,
  table: 'sessions' | 'api_keys',
  column: 'seen_at' | 'used_at',
  found: readonly Found[],
): Promise<void> {
  const ids = found.filter(({ lastUse }) => isUseToNote(services, lastUse)).map(({ id }) => id);
  if (ids.length === 0) return;
  const rows = sql.table(table);
  await services.withRole('auth', (tx) =>
    sql`update ${rows} set ${sql.ref(column)} = ${services.now()}
         where id in (select id from ${rows} where id = any (${ids}::uuid[]) for update skip locked)`.execute(tx),
  );
}
