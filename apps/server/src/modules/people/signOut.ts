import type { Ctx } from '../../context.ts';
import { recordPerson } from './personHistory.ts';
import { endSessions } from './sessions.ts';

/** Ends the session that asks. */
export async function signOut(ctx: Ctx) {
  const { session, userId, name } = ctx.caller;
  if (!session) return { answer: undefined, history: 'unchanged' as const };
  return ctx.withRole('auth', async (tx) => {
    const ended = await endSessions(tx, ctx, { userId, sessionId: session.id });
    const person = { id: userId, name };
    const subject = { sessionId: session.id };
    const history =
      ended > 0
        ? await recordPerson(tx, ctx, { kind: 'person.sessionEnded', person, subject })
        : ('unchanged' as const);
    return { answer: undefined, history };
  });
}
