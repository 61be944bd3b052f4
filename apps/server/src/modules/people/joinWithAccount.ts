import type { Ctx } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findOpenLink } from './accounts.ts';
import { joinByLink } from './joinByLink.ts';
import { networkOf, throttle } from './throttle.ts';

/**
 * Accepts an invitation with the account that is signed in. It need not be the address the mail went to: the link is the proof, and
 * the history names who came. Refuses with `link_expired`, `already_member`.
 */
export async function joinWithAccount(ctx: Ctx, input: { token: string; ip: string }) {
  const { userId, name, email } = ctx.caller;
  const begun = await ctx.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, ctx, 'linkFrom', networkOf(input.ip));
    return refusal ?? (await findOpenLink(tx, ctx, input.token)) ?? refuse('link_expired');
  });
  if (begun instanceof Refusal) throw begun;
  return ctx.withRole('auth', async (tx) => {
    const history = await joinByLink(tx, ctx, begun, { id: userId, name, email });
    return { answer: undefined, history };
  });
}
