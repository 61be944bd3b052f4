import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { recordPerson } from './personHistory.ts';

/** Changes the own name or language. */
export async function changeProfile(ctx: Ctx, input: { name?: string; language?: 'de' | 'en' }) {
  const { caller } = ctx;
  const name = input.name?.trim() ?? caller.name;
  const language = input.language ?? caller.language;
  if (name === '') throw refuse('invalid_input', { fields: [{ path: 'name', message: 'must not be empty' }] });
  const changed = [...(name === caller.name ? [] : ['name']), ...(language === caller.language ? [] : ['language'])];
  if (changed.length === 0) return { answer: undefined, history: 'unchanged' as const };
  return ctx.withRole('auth', async (tx) => {
    await tx.updateTable('users').set({ name, language }).where('id', '=', caller.userId).execute();
    const person = { id: caller.userId, name };
    return {
      answer: undefined,
      history: await recordPerson(tx, ctx, { kind: 'person.profileChanged', person, data: { changed } }),
    };
  });
}
