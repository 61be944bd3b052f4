import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { tellSignInChanged } from './accounts.ts';
import { recordPerson } from './personHistory.ts';

/** What was changed about a person's own ways in. */
export type SignInChange = 'password' | 'totpOn' | 'totpOff' | 'recoveryCodes' | 'passkeyAdded' | 'passkeyRemoved';

/** Every change of a way in: a history entry, and a mail to its person in case it was somebody else. Runs as `auth`. */
export async function signInChanged(tx: Tx, ctx: Ctx, what: SignInChange, subject: { passkeyId?: string } = {}) {
  const { caller } = ctx;
  await tellSignInChanged(tx, ctx, caller);
  const person = { id: caller.userId, name: caller.name };
  return recordPerson(tx, ctx, { kind: 'person.signInChanged', person, data: { what }, subject: { ...subject } });
}
