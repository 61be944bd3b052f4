import type { Id, Right } from '@bruecke/model';
import { actorOf, type Ctx, tenantOf } from '../context.ts';
import type { Tx } from '../db/withTenant.ts';
import { gather } from '../gather.ts';
import { requireRight } from './inMandant.ts';

type Work<Input, Result> = (tx: Tx, ctx: Ctx, mandantId: Id, inputs: readonly Input[]) => Promise<readonly Result[]>;

type Options = {
  /** `work` only reads: among its like its result is handed on without waiting for the end of the transaction. */
  readonly readOnly?: boolean;
};

/**
 * As `inMandant`, for verbs that are called many times at once: what one caller asks for one Mandant meanwhile shares a
 * transaction, whichever of these verbs answers it, and the right is checked once in it. `work` answers each input, in their
 * order; if it throws, each input is tried again alone. Its statements go out together with the question for the right, and are
 * undone when the answer is no: until then row level security alone holds them, so `work` may do nothing but ask the database.
 */
export function togetherInMandant<Input, Result>(
  right: Right,
  work: Work<Input, Result>,
  options: Options = {},
): (ctx: Ctx, mandantId: Id, input: Input) => Promise<Result> {
  return (ctx, mandantId, input) => {
    // Whatever the database or the history would tell apart: person, key, the key's rights.
    const lane = JSON.stringify([mandantId, right, tenantOf(ctx.caller), actorOf(ctx.caller)]);
    // What comes back is what this `work` made of this input; the lane, which has several works, forgets their types.
    const asked = {
      right,
      mandantId,
      work: work as Work<unknown, unknown>,
      readOnly: options.readOnly ?? false,
      input,
    };
    return share(ctx, lane, asked) as Promise<Result>;
  };
}

type Asked = {
  readonly right: Right;
  readonly mandantId: Id;
  readonly work: Work<unknown, unknown>;
  readonly readOnly: boolean;
  readonly input: unknown;
};

/** Milliseconds: long enough for calls that come in the same moment, and no more; a hand-in waits for three runs one after the other. */
const paceMs = 1;

async function runTogether(ctx: Ctx, _lane: string, asked: readonly Asked[]): Promise<readonly unknown[]> {
  const [first] = asked;
  if (!first) return [];
  const checked = async (tx: Tx) => {
    const allowed = requireRight(tx, ctx, first.mandantId, first.right);
    const done = answerAll(tx, ctx, asked);
    done.catch(() => undefined); // a refusal comes before whatever it leads to
    await allowed;
    return done;
  };
  const readOnly = asked.every((one) => one.readOnly);
  return ctx.withTenant(tenantOf(ctx.caller, first.mandantId), checked, { readOnly, keepPlans: true });
}

const share = gather(runTogether, { paceMs });

/** Each work with the inputs that are its own; the answers in the order asked. */
async function answerAll(tx: Tx, ctx: Ctx, asked: readonly Asked[]): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  await Promise.all(
    [...new Set(asked.map(({ work }) => work))].map(async (work) => {
      const places = asked.flatMap((one, place) => (one.work === work ? [{ place, ...one }] : []));
      const inputs = places.map(({ input }) => input);
      const results = await work(tx, ctx, places[0]?.mandantId ?? '', inputs);
      for (const [index, { place }] of places.entries()) answers[place] = results[index];
    }),
  );
  return answers;
}
