import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';

const validMs = 24 * 3_600_000;

/** Whether the instance is as new: nobody has set it up. */
export async function hasNoFirm(tx: Tx): Promise<boolean> {
  return !(await tx.selectFrom('firms').select('id').limit(1).executeTakeFirst());
}

/**
 * While there is no firm: writes a new set-up link, good once and for 24 hours, and prints it to the program's log; the older ones
 * end. To be called at each start. Gives the address, or null when the instance is set up, or the process serves no pages: with roles apart
 * its link would end the one that the web process has printed.
 */
export async function ensureSetupLink(
  services: Services,
  role: 'all' | 'web' | 'worker' = 'all',
): Promise<string | null> {
  if (role === 'worker') return null;
  const now = services.now();
  const token = await services.withRole('auth', async (tx) => {
    if (!(await hasNoFirm(tx))) return null;
    await tx
      .updateTable('invitations')
      .set({ revoked_at: now })
      .where('kind', '=', 'setup')
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
    const link = newLinkToken(services);
    await tx
      .insertInto('invitations')
      .values({
        id: services.newId(),
        kind: 'setup',
        token_hash: link.hash,
        email: null,
        firm_id: null,
        mandant_id: null,
        role: null,
        invited_by: null,
        created_at: now,
        expires_at: new Date(now.getTime() + validMs),
        accepted_at: null,
        revoked_at: null,
      })
      .execute();
    return link.token;
  });
  if (token === null) return null;
  const address = `${services.settings.publicUrl}/einrichten#${token}`;
  services.log(`Nobody has set up this instance yet. Open this link within 24 hours; it works once: ${address}`);
  return address;
}
