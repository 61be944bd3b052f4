import type { Id } from '@bruecke/model';
import { Secret, TOTP } from 'otpauth';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { totpPurpose } from '../../secrets/purposes.ts';

const stepMs = 30_000;
const recoveryCodeCount = 10;
/** No I, L, O, U: they are misread, or make words. 16 of these 32 letters are 80 bits. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** As authenticator apps expect it: SHA-1, six digits, thirty seconds (RFC 6238). `secret`: Base32. */
export function totpOf(secret: string, email: string): TOTP {
  return new TOTP({ issuer: 'Brücke', label: email, algorithm: 'SHA1', digits: 6, period: 30, secret });
}

/** A new secret of 20 bytes, as RFC 4226 recommends; Base32. */
export function newTotpSecret(services: Services): string {
  return new Secret({ buffer: new Uint8Array(services.randomBytes(20)).buffer }).base32;
}

/** Whether the person signs in with a second factor. */
export async function hasTotp(tx: Tx, userId: Id): Promise<boolean> {
  const row = await tx
    .selectFrom('credentials')
    .select('totp_confirmed_at')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.totp_confirmed_at != null;
}

/** Checks a code of the app and uses it up: each step of thirty seconds is good once, in whatever order requests come. */
export async function useTotpCode(tx: Tx, services: Services, userId: Id, code: string): Promise<boolean> {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return false;
  const row = await tx.selectFrom('credentials').select('totp_secret').where('user_id', '=', userId).executeTakeFirst();
  if (!row?.totp_secret) return false;
  const now = services.now().getTime();
  const secret = services.encryption.open(row.totp_secret, totpPurpose(userId));
  const delta = totpOf(secret, '').validate({ token, timestamp: now, window: 1 });
  if (delta === null) return false;
  const step = Math.floor(now / stepMs) + delta;
  const used = await tx
    .updateTable('credentials')
    .set({ totp_last_step: step })
    .where('user_id', '=', userId)
    .where((has) => has.or([has('totp_last_step', 'is', null), has('totp_last_step', '<', step)]))
    .executeTakeFirst();
  return used.numUpdatedRows === 1n;
}

/** Checks a second factor, of the app or a recovery code, and uses it up. Null: wrong, or used before. */
export async function useSecondFactor(
  tx: Tx,
  services: Services,
  userId: Id,
  code: string,
): Promise<'totp' | 'recoveryCode' | null> {
  if (await useTotpCode(tx, services, userId, code)) return 'totp';
  const used = await tx
    .updateTable('recovery_codes')
    .set({ used_at: services.now() })
    .where('user_id', '=', userId)
    .where('code_hash', '=', hashRecoveryCode(userId, code))
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return used.numUpdatedRows === 1n ? 'recoveryCode' : null;
}

/** Ten new recovery codes instead of all older ones. Shown once, kept as hashes. */
export async function replaceRecoveryCodes(tx: Tx, services: Services, userId: Id): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, () => newRecoveryCode(services));
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  const rows = codes.map((code) => ({ user_id: userId, code_hash: hashRecoveryCode(userId, code), used_at: null }));
  await tx.insertInto('recovery_codes').values(rows).execute();
  return codes;
}

function newRecoveryCode(services: Services): string {
  const text = [...services.randomBytes(16)].map((byte) => letters[byte % letters.length]).join('');
  return (text.match(/.{4}/g) ?? []).join('-');
}

/** Typed as people do: small letters, blanks, O for 0, I and L for 1. */
function hashRecoveryCode(userId: Id, code: string): string {
  const plain = code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return hashToken(`${userId}:${plain}`);
}
