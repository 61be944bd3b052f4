import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Refusal, refuse } from '../../refusal.ts';

/** How long a lock holds. A lone slip is forgotten after the same time. */
const lockMs = 15 * 60_000;
/** Wrong answers in a row before the lock. */
const mostWrong = 5;
/** The same for the password of one address from all networks together: whoever guesses from one of them locks out nobody else. */
const mostWrongInAll = 100;

/**
 * The password of an address (with an account or not) tried at the sign-in from a network (`networkOf`), that of a person who is signed
 * in, or the second factor of a person. Whoever is signed in has a count of their own, which nobody outside can use up.
 */
export type AttemptKey = { password: string; from: string } | { confirmation: Id } | { secondFactor: Id };

type Count = { key: string; most: number };

/** What a try counts for; who is locked in the first counts no more in the second. */
function countsOf(services: Services, key: AttemptKey): Count[] {
  if ('confirmation' in key) return [{ key: `confirmation:${key.confirmation}`, most: mostWrong }];
  if ('secondFactor' in key) return [{ key: `secondFactor:${key.secondFactor}`, most: mostWrong }];
  const inAll = passwordKey(services, key.password);
  const from = services.encryption.fingerprint(key.from, 'sign_in_attempts.from');
  return [
    { key: `${inAll}:${from}`, most: mostWrong },
    { key: inAll, most: mostWrongInAll },
  ];
}

function passwordKey(services: Services, email: string): string {
  return `password:${services.encryption.fingerprint(email.toLowerCase(), 'sign_in_attempts.password')}`;
}

/**
 * Counts a try before it is checked, so that many at once get no more guesses than may be wrong. Gives the refusal when locked; it
 * must be committed either way.
 */
export async function beginAttempt(tx: Tx, services: Services, key: AttemptKey): Promise<Refusal | null> {
  for (const count of countsOf(services, key)) {
    const refusal = await countTry(tx, services, count);
    if (refusal) return refusal;
  }
  return null;
}

async function countTry(tx: Tx, services: Services, { key, most }: Count): Promise<Refusal | null> {
  const now = services.now();
  const forgotten = new Date(now.getTime() - lockMs);
  const { rows } = await sql<{ failed: number; last_at: Date; locked_until: Date | null }>`
    insert into sign_in_attempts as a (key, failed, last_at) values (${key}, 1, ${now})
    on conflict (key) do update set
      failed = case when a.locked_until > ${now} then a.failed
                    when a.locked_until is not null or a.last_at < ${forgotten} then 1
                    else a.failed + 1 end,
      -- Tries beyond the last allowed do not count as such: else those that never ended (a crash) would be remembered for ever.
      last_at = case when a.locked_until > ${now} then a.last_at
                     when a.locked_until is null and a.last_at >= ${forgotten} and a.failed >= ${most} then a.last_at
                     else ${now} end,
      locked_until = case when a.locked_until > ${now} then a.locked_until else null end
    returning failed, last_at, locked_until`.execute(tx);
  const [row] = rows;
  if (!row || (row.locked_until === null && row.failed <= most)) return null;
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
  let locksNow: Refusal | null = null;
  for (const count of countsOf(services, key)) {
    const row = await tx
      .updateTable('sign_in_attempts')
      .set({ locked_until: until })
      .where('key', '=', count.key)
      .where('failed', '>=', count.most)
      .where('locked_until', 'is', null)
      .returning('locked_until')
      .executeTakeFirst();
    if (row) locksNow = locked(services, until);
  }
  return { locksNow };
}

/** After a right answer: the count begins anew. */
export async function forgetAttempts(tx: Tx, services: Services, key: AttemptKey): Promise<void> {
  const keys = countsOf(services, key).map((count) => count.key);
  await tx.deleteFrom('sign_in_attempts').where('key', 'in', keys).execute();
}

/** After a new password: nobody has tried that one, from whatever network. */
export async function forgetPasswordAttempts(tx: Tx, services: Services, email: string): Promise<void> {
  await sql`delete from sign_in_attempts where starts_with(key, ${passwordKey(services, email)})`.execute(tx);
}

function locked(services: Services, until: Date): Refusal {
  return refuse('sign_in_locked', {
    retryAfterSeconds: Math.max(1, Math.ceil((until.getTime() - services.now().getTime()) / 1000)),
  });
}
