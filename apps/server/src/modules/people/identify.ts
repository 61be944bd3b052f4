import { sql } from 'kysely';
import type { Caller, Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { gather } from '../../gather.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { findSessions, isUseToNote } from './sessions.ts';

/** API keys begin with this, so that secret scanners and people recognise them. */
export const apiKeyMark = 'brk_';

type Shown = { sessionToken: string | null; bearer: string | null };

/** Finds out who asks, by session cookie or API key; null when neither is good. Requests at the same time ask together. */
export function identify(services: Services, shown: Shown): Promise<Caller | null> {
  return identifyTogether(services, 'everybody', shown);
}

const identifyTogether = gather<Services, Shown, Caller | null>((services, _lane, shown) =>
  services.withRole('auth', async (tx) => {
    const keys = shown.flatMap(({ bearer }) => (bearer?.startsWith(apiKeyMark) ? [bearer] : []));
    const tokens = shown.flatMap(({ bearer, sessionToken }) => (sessionToken && !bearer ? [sessionToken] : []));
    const [byKey, bySession] = await Promise.all([
      keys.length > 0 ? callersByKey(tx, services, keys) : null,
      tokens.length > 0 ? callersBySession(tx, services, tokens) : null,
    ]);
    return shown.map(({ bearer, sessionToken }) => {
      if (bearer) return byKey?.get(hashToken(bearer)) ?? null;
      return (sessionToken && bySession?.get(hashToken(sessionToken))) || null;
    });
  }),
);

type Callers = ReadonlyMap<string, Caller>;

async function callersBySession(tx: Tx, services: Services, tokens: readonly string[]): Promise<Callers> {
  const found = await findSessions(tx, services, tokens, 'signedIn');
  const used = [...found.values()].filter((row) => isUseToNote(services, row.seen_at)).map(({ id }) => id);
  if (used.length > 0) await noteUse(tx, services, 'sessions', 'seen_at', used);
  const callers = [...found].map(([hash, row]): [string, Caller] => [
    hash,
    {
      userId: row.user_id,
      name: row.name,
      email: row.email,
      language: row.language,
      operator: row.operator,
      session: { id: row.id, csrfToken: row.csrf_token, freshUntil: row.fresh_until },
      apiKey: null,
    },
  ]);
  return new Map(callers);
}

/** Their rights are cut with the person's present ones where they are used (access). */
async function callersByKey(tx: Tx, services: Services, keys: readonly string[]): Promise<Callers> {
  const now = services.now();
  const rows = await tx
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(['k.token_hash', 'k.id', 'k.user_id', 'k.mandant_id', 'k.rights', 'k.used_at'])
    .select(['u.name', 'u.email', 'u.language'])
    .where(sql<boolean>`k.token_hash = any (${[...new Set(keys.map(hashToken))]}::text[])`)
    .where('k.revoked_at', 'is', null)
    .where((has) => has.or([has('k.expires_at', 'is', null), has('k.expires_at', '>', now)]))
    .where('u.disabled_at', 'is', null)
    .execute();
  const used = rows.filter((row) => isUseToNote(services, row.used_at)).map(({ id }) => id);
  if (used.length > 0) await noteUse(tx, services, 'api_keys', 'used_at', used);
  const callers = rows.map((row): [string, Caller] => [
    row.token_hash,
    {
      userId: row.user_id,
      name: row.name,
      email: row.email,
      language: row.language,
      // A key is for one Mandant; whatever else its person may do, it may not.
      operator: false,
      session: null,
      apiKey: { id: row.id, mandantId: row.mandant_id, rights: row.rights },
    },
  ]);
  return new Map(callers);
}

/** Rows that somebody holds are left out: nobody who asks waits for what another one does to their sign-in. */
async function noteUse(
  tx: Tx,
  services: Services,
  table: 'sessions' | 'api_keys',
  column: 'seen_at' | 'used_at',
  ids: readonly string[],
): Promise<void> {
  await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${services.now()}
     where id in (select id from ${sql.table(table)} where id = any (${ids}::uuid[]) for update skip locked)`.execute(
    tx,
  );
}
