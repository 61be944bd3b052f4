import type { Id } from '@bruecke/model';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { recordPerson } from './personHistory.ts';
import { endSessions } from './sessions.ts';

/** Ends one of the own sessions; its live streams close at once. */
export async function endSession(ctx: Ctx, input: { sessionId: Id }) {
  const { userId, name } = ctx.caller;
  const { sessionId } = input;
  return ctx.withRole('auth', async (tx) => {
    const ended = await endSessions(tx, ctx, { userId, sessionId });
    if (ended === 0) throw refuse('not_found');
    const person = { id: userId, name };
    return {
      answer: undefined,
      history: await recordPerson(tx, ctx, { kind: 'person.sessionEnded', person, subject: { sessionId } }),
    };
  });
}
