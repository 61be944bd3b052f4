import type { ErrorCode } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { queueMail } from '../notifications/index.ts';
import type { Account } from './accounts.ts';
import { type AttemptKey, attemptFailed } from './attempts.ts';
import { recordPerson } from './personHistory.ts';
import { throttle } from './throttle.ts';

/**
 * Notes a wrong answer and gives the refusal for it, to be thrown after commit. When it was one too many, the lock begins; the
 * person, if there is one, is told by mail and it stands in the history.
 */
export async function failedAttempt(
  tx: Tx,
  services: Services,
  given: { key: AttemptKey; account: Account | null; ip: string; code: ErrorCode },
): Promise<Refusal> {
  const { key, account, ip, code } = given;
  const { locksNow } = await attemptFailed(tx, services, key);
  if (!locksNow) return refuse(code);
  if (account) {
    if (!(await throttle(tx, services, 'lockToldTo', account.id)))
      await queueMail(tx, services, { recipient: account.email, kind: 'signInLocked', language: account.language });
    await recordPerson(tx, services, {
      kind: 'person.locked',
      person: account,
      ip,
      data: { by: 'secondFactor' in key ? 'secondFactor' : 'password' },
    });
  }
  return locksNow;
}
