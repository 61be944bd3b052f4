import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { queueMail } from '../notifications/index.ts';

export type Account = { id: Id; email: string; name: string; language: 'de' | 'en'; passwordHash: string | null };

/** The account with this address (whatever its case) or id; null also when it is disabled. */
export async function findAccount(tx: Tx, by: { email: string } | { id: Id }): Promise<Account | null> {
  const row = await tx
    .selectFrom('users as u')
    .leftJoin('credentials as c', 'c.user_id', 'u.id')
    .select(['u.id', 'u.email', 'u.name', 'u.language', 'c.password_hash as passwordHash'])
    .where('u.disabled_at', 'is', null)
    .where('email' in by ? sql<boolean>`lower(u.email) = lower(${by.email.trim()})` : sql<boolean>`u.id = ${by.id}`)
    .executeTakeFirst();
  return row ?? null;
}

/** Creates an account with its password. Refuses with `account_exists` when the address has one, also one that is disabled. */
export async function createAccount(
  tx: Tx,
  services: Services,
  given: { email: string; name: string; language: 'de' | 'en'; passwordHash: string; operator?: boolean },
): Promise<Account> {
  const id = services.newId();
  const { name, language, passwordHash } = given;
  const email = given.email.trim();
  const added = await tx
    .insertInto('users')
    .values({
      id,
      email,
      name: name.trim(),
      language,
      operator: given.operator ?? false,
      created_at: services.now(),
      disabled_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (added.numInsertedOrUpdatedRows !== 1n) throw refuse('account_exists');
  await tx
    .insertInto('credentials')
    .values({
      user_id: id,
      password_hash: passwordHash,
      totp_secret: null,
      totp_confirmed_at: null,
      totp_last_step: null,
    })
    .execute();
  return { id, email, name: name.trim(), language, passwordHash };
}

/**
 * The stored hash as it is now. Until the transaction ends no other one is set, so that a session begun here is among those that a new
 * password ends; what was read before this may be of the password that has just been replaced.
 */
export async function holdPassword(tx: Tx, userId: Id): Promise<string | null> {
  const row = await tx
    .selectFrom('credentials')
    .select('password_hash')
    .where('user_id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row?.password_hash ?? null;
}

export async function setPassword(tx: Tx, userId: Id, passwordHash: string): Promise<void> {
  await tx
    .insertInto('credentials')
    .values({
      user_id: userId,
      password_hash: passwordHash,
      totp_secret: null,
      totp_confirmed_at: null,
      totp_last_step: null,
    })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ password_hash: passwordHash }))
    .execute();
}

/** Tells the person by mail that their way in was changed. */
export function tellSignInChanged(
  tx: Tx,
  services: Services,
  account: Pick<Account, 'email' | 'language'>,
): Promise<void> {
  return queueMail(tx, services, {
    recipient: account.email,
    kind: 'signInChanged',
    language: account.language,
    link: '/profil',
  });
}

/** The invitation behind a link that is still good: not used, not withdrawn, not too old, and its maker still may. */
export async function findOpenLink(tx: Tx, services: Services, token: string) {
  const row = await tx
    .selectFrom('invitations')
    .selectAll()
    .where('token_hash', '=', hashToken(token))
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', services.now())
    .where(sql<boolean>`invitation_stands(id)`)
    .executeTakeFirst();
  return row ?? null;
}

/** Uses a link up. False when somebody was quicker. */
export async function useLink(tx: Tx, services: Services, invitationId: Id): Promise<boolean> {
  const used = await tx
    .updateTable('invitations')
    .set({ accepted_at: services.now() })
    .where('id', '=', invitationId)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', services.now())
    .executeTakeFirst();
  return used.numUpdatedRows === 1n;
}
