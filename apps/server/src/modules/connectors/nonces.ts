import { timingSafeEqual } from 'node:crypto';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { hashToken } from '../../secrets/encryption.ts';

/** How long a nonce is good. */
const nonceMs = 5 * 60_000;
const timeBytes = 6;
const randomPart = 16;
const sealBytes = 16;

/**
 * A nonce for one connector: time, chance, and a seal over both with the key that all processes share. So nothing is stored when one is
 * given out (anybody may ask), only when one is used.
 */
export function newNonce(services: Services, connectorId: Id): string {
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(services.now().getTime(), 0, timeBytes);
  const head = Buffer.concat([time, services.randomBytes(randomPart)]);
  return Buffer.concat([head, sealOf(services, connectorId, head)]).toString('base64url');
}

/** Whether a nonce was given to this connector and is not too old; whether it was used already, `useNonce` says. */
export function isGoodNonce(services: Services, connectorId: Id, nonce: string): boolean {
  const bytes = Buffer.from(nonce, 'base64url');
  if (bytes.length !== timeBytes + randomPart + sealBytes || bytes.toString('base64url') !== nonce) return false;
  const head = bytes.subarray(0, timeBytes + randomPart);
  if (!timingSafeEqual(bytes.subarray(head.length), sealOf(services, connectorId, head))) return false;
  const age = services.now().getTime() - head.readUIntBE(0, timeBytes);
  // Clocks of several processes may differ by a little.
  return age <= nonceMs && age >= -60_000;
}

/** Uses a nonce up; false when it was used before, in whatever process. Kept for longer than a nonce is good (jobs.ts). */
export async function useNonce(tx: Tx, services: Services, nonce: string): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into connector_nonces (nonce_hash, used_at) values (${hashToken(nonce)}, ${services.now()})
    on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

function sealOf(services: Services, connectorId: Id, head: Buffer): Buffer {
  const value = `${connectorId}:${head.toString('base64url')}`;
  return Buffer.from(services.encryption.fingerprint(value, 'connector_nonces'), 'hex').subarray(0, sealBytes);
}
