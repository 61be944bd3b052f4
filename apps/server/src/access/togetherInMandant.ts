import type { Id, Right } from '@bruecke/model';
import { actorOf, type Ctx, tenantOf } from '../context.ts';
import type { TransactionOptions, Tx } from '../db/withTenant.ts';
import { gather } from '../gather.ts';
import { requireRight } from './inMandant.ts';

/**
 * As `inMandant`, for a verb that is called many times at once: what one caller asks for one Mandant meanwhile shares a
 * transaction, and the right is checked once in it. `work` answers each input, in their order; if it throws, each input is
 * tried again alone. Its statements go out together with the question for the right, and are undone when the answer is no:
 * until then row level security alone holds them, so `work` may do nothing but ask the database.
 */
export function togetherInMandant<Input, Result>(
  right: Right,
  work: (tx: Tx, ctx: Ctx, mandantId: Id, inputs: readonly Input[]) => Promise<readonly Result[]>,
  options?: TransactionOptions,
): (ctx: Ctx, mandantId: Id, input: Input) => Promise<Result> {
  const share = gather<Ctx, { mandantId: Id; input: Input }, Result>(async (ctx, _lane, calls) => {
    const [first] = calls;
    if (!first) return [];
    const { mandantId } = first;
    const inputs = calls.map(({ input }) => input);
    const checked = async (tx: Tx) => {
      const allowed = requireRight(tx, ctx, mandantId, right);
      const done = work(tx, ctx, mandantId, inputs);
      done.catch(() => undefined); // a refusal comes before whatever it leads to
      await allowed;
      return done;
    };
    return ctx.withTenant(tenantOf(ctx.caller), checked, { ...options, keepPlans: true });
  });
  return (ctx, mandantId, input) => {
    // Whatever the database or the history would tell apart: person, key, the key's rights.
    const lane = JSON.stringify([mandantId, tenantOf(ctx.caller), actorOf(ctx.caller)]);
    return share(ctx, lane, { mandantId, input });
  };
}
