import { isIPv6 } from 'node:net';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Refusal, refuse } from '../../refusal.ts';

const minute = 60_000;

/** How often something may be tried within a window, by what is counted. Wide enough for an office behind one address. */
const limits = {
  /** Sign-ins of every kind from one network address. */
  signInFrom: { most: 300, windowMs: 15 * minute },
  /** Links opened from one network address: invitations, set-up, new passwords. */
  linkFrom: { most: 60, windowMs: 15 * minute },
  resetFrom: { most: 30, windowMs: 60 * minute },
  /** Mails with a link for a new password to one address. */
  resetOf: { most: 3, windowMs: 60 * minute },
  /** Mails to one person about a lock: each network that guesses begins one. */
  lockToldTo: { most: 4, windowMs: 60 * minute },
  /** Pairing codes tried from one network address. */
  pairFrom: { most: 20, windowMs: 15 * minute },
  /** Refusals of connectors that go into a history: of one kind, and unknown codes altogether. */
  refusalOf: { most: 1, windowMs: 60 * minute },
  unknownCodes: { most: 20, windowMs: 60 * minute },
} as const;

/**
 * Counts one try in the present window and says whether it is one too many. To be committed also when the caller then refuses;
 * so it gives the refusal instead of throwing it. What is counted is kept as a keyed hash only.
 */
export async function throttle(
  tx: Tx,
  services: Services,
  limit: keyof typeof limits,
  value: string,
): Promise<Refusal | null> {
  const { most, windowMs } = limits[limit];
  const now = services.now().getTime();
  const start = new Date(now - (now % windowMs));
  const key = `${limit}:${services.encryption.fingerprint(value, `rate_limits.${limit}`)}`;
  const { rows } = await sql<{ count: number }>`
    insert into rate_limits (key, window_start, count) values (${key}, ${start}, 1)
    on conflict (key, window_start) do update set count = rate_limits.count + 1 returning count`.execute(tx);
  if ((rows[0]?.count ?? 0) <= most) return null;
  return refuse('too_many_requests', { retryAfterSeconds: Math.ceil((start.getTime() + windowMs - now) / 1000) });
}

/** An IPv6 customer has a whole /64 to choose addresses from; they count as one. */
export function networkOf(ip: string): string {
  const bare = ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const [head = '', tail = ''] = bare.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = bare.includes('::') ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0') : [];
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}
