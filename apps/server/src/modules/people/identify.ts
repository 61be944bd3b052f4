import type { Caller, Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { findSession, isUseToNote } from './sessions.ts';

/** API keys begin with this, so that secret scanners and people recognise them. */
export const apiKeyMark = 'brk_';

/** Finds out who asks, by session cookie or API key; null when neither is good. One short transaction. */
export function identify(
  services: Services,
  given: { sessionToken: string | null; bearer: string | null },
): Promise<Caller | null> {
  const { bearer, sessionToken } = given;
  return services.withRole('auth', async (tx) => {
    if (bearer) return bearer.startsWith(apiKeyMark) ? byApiKey(tx, services, bearer) : null;
    return sessionToken ? bySession(tx, services, sessionToken) : null;
  });
}

async function bySession(tx: Tx, services: Services, token: string): Promise<Caller | null> {
  const found = await findSession(tx, services, token, 'signedIn');
  if (!found) return null;
  if (isUseToNote(services, found.seen_at)) {
    await tx.updateTable('sessions').set({ seen_at: services.now() }).where('id', '=', found.id).execute();
  }
  return {
    userId: found.user_id,
    name: found.name,
    email: found.email,
    language: found.language,
    operator: found.operator,
    session: { id: found.id, csrfToken: found.csrf_token, freshUntil: found.fresh_until },
    apiKey: null,
  };
}

/** Its rights are cut with the person's present ones where they are used (access). */
async function byApiKey(tx: Tx, services: Services, key: string): Promise<Caller | null> {
  const now = services.now();
  const row = await tx
    .selectFrom('api_keys as k')
    .innerJoin('users as u', 'u.id', 'k.user_id')
    .select(['k.id', 'k.user_id', 'k.mandant_id', 'k.rights', 'k.used_at', 'u.name', 'u.email', 'u.language'])
    .where('k.token_hash', '=', hashToken(key))
    .where('k.revoked_at', 'is', null)
    .where((has) => has.or([has('k.expires_at', 'is', null), has('k.expires_at', '>', now)]))
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  if (isUseToNote(services, row.used_at)) {
    await tx.updateTable('api_keys').set({ used_at: now }).where('id', '=', row.id).execute();
  }
  return {
    userId: row.user_id,
    name: row.name,
    email: row.email,
    language: row.language,
    // A key is for one Mandant; whatever else its person may do, it may not.
    operator: false,
    session: null,
    apiKey: { id: row.id, mandantId: row.mandant_id, rights: row.rights },
  };
}
