import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Refusal, refuse } from '../../refusal.ts';

/** Wrong answers in a row before the lock, and how long it holds. A lone slip is forgotten after the same time. */
const mostWrong = 5;
const lockMs = 15 * 60_000;

/** The password of an address (with an account or not), or the second factor of a person. */
export type AttemptKey = { password: string } | { secondFactor: string };

function storedKey(services: Services, key: AttemptKey): string {
  return 'password' in key
    ? `password:${services.encryption.fingerprint(key.password.toLowerCase(), 'sign_in_attempts.password')}`
    : `secondFactor:${key.secondFactor}`;
}

/**
 * Counts a try before it is checked, so that many at once get no more than five guesses. Gives the refusal when locked; it must be
 * committed either way.
 */
export async function beginAttempt(tx: Tx, services: Services, key: AttemptKey): Promise<Refusal | null> {
  const now = services.now();
  const forgotten = new Date(now.getTime() - lockMs);
  const { rows } = await sql<{ failed: number; last_at: Date; locked_until: Date | null }>`
    insert into sign_in_attempts as a (key, failed, last_at) values (${storedKey(services, key)}, 1, ${now})
    on conflict (key) do update set
      failed = case when a.locked_until > ${now} then a.failed
                    when a.locked_until is not null or a.last_at < ${forgotten} then 1
                    else a.failed + 1 end,
      -- Tries beyond the fifth do not count as such: else five that never ended (a crash) would be remembered for ever.
      last_at = case when a.locked_until > ${now} then a.last_at
                     when a.locked_until is null and a.last_at >= ${forgotten} and a.failed >= ${mostWrong} then a.last_at
                     else ${now} end,
      locked_until = case when a.locked_until > ${now} then a.locked_until else null end
    returning failed, last_at, locked_until`.execute(tx);
  const [row] = rows;
  if (!row || (row.locked_until === null && row.failed <= mostWrong)) return null;
  // Not locked yet, but as many tries are under way as may be wrong: the one that ends them begins the lock and tells the person.
  return locked(services, row.locked_until ?? new Date(row.last_at.getTime() + lockMs));
}

/** After a wrong answer. `locksNow`: this one was the last that was allowed; the lock begins, and only this caller is told so. */
export async function attemptFailed(
  tx: Tx,
  services: Services,
  key: AttemptKey,
): Promise<{ locksNow: Refusal | null }> {
  const until = new Date(services.now().getTime() + lockMs);
  const row = await tx
    .updateTable('sign_in_attempts')
    .set({ locked_until: until })
    .where('key', '=', storedKey(services, key))
    .where('failed', '>=', mostWrong)
    .where('locked_until', 'is', null)
    .returning('locked_until')
    .executeTakeFirst();
  return { locksNow: row ? locked(services, until) : null };
}

/** After a right answer, or a new password: the count begins anew. */
export async function forgetAttempts(tx: Tx, services: Services, key: AttemptKey): Promise<void> {
  await tx.deleteFrom('sign_in_attempts').where('key', '=', storedKey(services, key)).execute();
}

function locked(services: Services, until: Date): Refusal {
  return refuse('sign_in_locked', {
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - services.now().getTime()) / 1000)),
  });
}
