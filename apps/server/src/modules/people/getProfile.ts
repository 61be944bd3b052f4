import { type Ctx, tenantOf } from '../../context.ts';
import { idleMs } from './sessions.ts';

/** Own profile: ways to sign in, open sessions, API keys that work. */
export async function getProfile(ctx: Ctx) {
  const { caller } = ctx;
  const apiKeys = await ctx.withTenant(tenantOf(caller), (tx) =>
    tx
      .selectFrom('api_keys as k')
      .leftJoin('mandanten as m', 'm.mandant_id', 'k.mandant_id')
      .select(['k.id', 'k.name', 'k.prefix', 'k.mandant_id', 'm.name as mandant_name', 'k.rights'])
      .select(['k.created_at', 'k.used_at', 'k.expires_at'])
      .where('k.user_id', '=', caller.userId)
      .where('k.revoked_at', 'is', null)
      .orderBy('k.created_at')
      .execute(),
  );
  return ctx.withRole('auth', async (tx) => {
    const now = ctx.now();
    const own = await tx
      .selectFrom('credentials')
      .select(['password_hash', 'totp_confirmed_at'])
      .where('user_id', '=', caller.userId)
      .executeTakeFirst();
    const codes = await tx
      .selectFrom('recovery_codes')
      .select((of) => of.fn.countAll<number>().as('left'))
      .where('user_id', '=', caller.userId)
      .where('used_at', 'is', null)
      .executeTakeFirstOrThrow();
    const passkeys = await tx
      .selectFrom('passkeys')
      .select(['id', 'name', 'created_at', 'used_at'])
      .where('user_id', '=', caller.userId)
      .orderBy('created_at')
      .execute();
    const sessions = await tx
      .selectFrom('sessions')
      .select(['id', 'created_at', 'seen_at', 'user_agent', 'ip'])
      .where('user_id', '=', caller.userId)
      .where('state', '=', 'signedIn')
      .where('ended_at', 'is', null)
      .where('expires_at', '>', now)
      .where('seen_at', '>', new Date(now.getTime() - idleMs))
      .orderBy('seen_at', 'desc')
      .execute();
    return {
      name: caller.name,
      email: caller.email,
      language: caller.language,
      hasPassword: own?.password_hash != null,
      totpOn: own?.totp_confirmed_at != null,
      recoveryCodesLeft: codes.left,
      passkeys: passkeys.map((row) => ({
        id: row.id,
        name: row.name,
        createdAt: row.created_at.toISOString(),
        usedAt: row.used_at?.toISOString() ?? null,
      })),
      sessions: sessions.map((row) => ({
        id: row.id,
        current: row.id === caller.session?.id,
        startedAt: row.created_at.toISOString(),
        seenAt: row.seen_at.toISOString(),
        userAgent: row.user_agent,
        ip: row.ip,
      })),
      apiKeys: apiKeys.map((row) => ({
        id: row.id,
        name: row.name,
        prefix: row.prefix,
        mandantId: row.mandant_id,
        // A key of a Mandant out of sight: it does nothing, and the name is no longer this person's to know.
        mandantName: row.mandant_name ?? '',
        rights: row.rights,
        createdAt: row.created_at.toISOString(),
        usedAt: row.used_at?.toISOString() ?? null,
        expiresAt: row.expires_at?.toISOString() ?? null,
      })),
    };
  });
}
