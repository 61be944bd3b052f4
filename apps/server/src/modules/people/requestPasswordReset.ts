import type { Services } from '../../context.ts';
import { Refusal } from '../../refusal.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';
import { queueMail } from '../notifications/index.ts';
import { findAccount } from './accounts.ts';
import { networkOf, throttle } from './throttle.ts';

const validMs = 60 * 60_000;

/**
 * Mails a link for a new password, good once and for an hour, if the address has an account. The answer is the same in every case;
 * more than three requests an hour for one address lead to no more mails. An older link ends.
 */
export async function requestPasswordReset(services: Services, input: { email: string; ip: string }): Promise<void> {
  const email = input.email.trim();
  const refusal = await services.withRole('auth', async (tx) => {
    const refused = await throttle(tx, services, 'resetFrom', networkOf(input.ip));
    if (refused) return refused;
    const tooMany = await throttle(tx, services, 'resetOf', email.toLowerCase());
    const account = await findAccount(tx, { email });
    if (!account || tooMany) return null;
    const now = services.now();
    await tx
      .updateTable('invitations')
      .set({ revoked_at: now })
      .where('kind', '=', 'passwordReset')
      .where('email', '=', account.email)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
    const { token, hash } = newLinkToken(services);
    await tx
      .insertInto('invitations')
      .values({
        id: services.newId(),
        kind: 'passwordReset',
        token_hash: hash,
        email: account.email,
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
    const { language } = account;
    await queueMail(tx, services, {
      recipient: account.email,
      kind: 'passwordReset',
      language,
      link: `/passwort#${token}`,
    });
    return null;
  });
  if (refusal instanceof Refusal) throw refusal;
}
