import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../access/index.ts';
import { type Ctx, tenantOf } from '../../context.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { signInPurpose } from '../../secrets/purposes.ts';
import { readDatevSettings } from '../instance/index.ts';
import { completeConsent } from './completeConsent.ts';
import { completeSession } from './completeSession.ts';
import { type Completed, change, lockSignIn, type Returned } from './signInRow.ts';
import type { SignInSecrets } from './startSignIn.ts';

/**
 * DATEV has sent the browser back. The sign-in is found by its `state`, belongs to this very browser session, and is good
 * once; whatever else comes here leads to the overview and redeems nothing.
 */
export async function completeSignIn(ctx: Ctx, query: URLSearchParams): Promise<Completed> {
  const found = await find(ctx, query.get('state') ?? '');
  const returned = found && (await take(ctx, found, query));
  if (!returned) return { location: '/?datev=datev_sign_in_failed', history: 'unchanged' };
  return returned.signIn.mode === 'session' ? completeSession(ctx, returned) : completeConsent(ctx, returned);
}

async function find(ctx: Ctx, state: string): Promise<{ mandantId: Id; id: Id } | null> {
  if (state === '') return null;
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    const { rows } = await sql<{ mandantId: Id; id: Id }>`
      select mandant_id as "mandantId", id from find_datev_sign_in(${hashToken(state)})`.execute(tx);
    return rows[0] ?? null;
  });
}

async function take(ctx: Ctx, found: { mandantId: Id; id: Id }, query: URLSearchParams): Promise<Returned | null> {
  return inMandant(ctx, found.mandantId, 'connections', async (tx) => {
    const signIn = await lockSignIn(tx, found.mandantId, found.id);
    const settings = await readDatevSettings(tx, ctx);
    const now = ctx.now();
    if (!signIn?.secrets || !signIn.state_hash || !settings) return null;
    if (signIn.expires_at <= now || signIn.session_id !== ctx.caller.session?.id) return null;
    await change(tx, signIn, { state_hash: null, secrets: null });
    // Sealed by begin() with exactly this shape.
    const secrets = JSON.parse(ctx.encryption.open(signIn.secrets, signInPurpose(signIn.id))) as SignInSecrets;
    return { signIn, secrets, query, settings };
  });
}
