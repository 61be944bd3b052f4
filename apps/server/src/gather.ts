import type { Id } from '@bruecke/model';
import type { Services } from './context.ts';

type Call<Input, Result> = {
  readonly input: Input;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Lets calls that each have one thing share the work on many: the calls for a Mandant that come while the run before is under way
 * go together into the next one, in their order. One alone begins at once, so it never waits for company.
 * A run that fails is repeated for each of its calls alone: one that can't be helped does not take the others down with it. So
 * `run` must bear being repeated after a commit whose answer was lost, as every job must.
 */
export function gather<Input, Result>(
  run: (services: Services, mandantId: Id, inputs: readonly Input[]) => Promise<readonly Result[]>,
): (services: Services, mandantId: Id, input: Input) => Promise<Result> {
  const lanes = new WeakMap<Services, Map<Id, Call<Input, Result>[]>>();
  return (services, mandantId, input) =>
    new Promise((resolve, reject) => {
      const ofProcess = lanes.get(services) ?? new Map<Id, Call<Input, Result>[]>();
      lanes.set(services, ofProcess);
      const call = { input, resolve, reject };
      const waiting = ofProcess.get(mandantId);
      if (waiting) waiting.push(call);
      else {
        ofProcess.set(mandantId, [call]);
        void work((inputs) => run(services, mandantId, inputs), ofProcess, mandantId);
      }
    });
}

type Run<Input, Result> = (inputs: readonly Input[]) => Promise<readonly Result[]>;

/** Until nobody waits; what comes meanwhile is found in the lane. */
async function work<Input, Result>(
  run: Run<Input, Result>,
  lanes: Map<Id, Call<Input, Result>[]>,
  mandantId: Id,
): Promise<void> {
  for (;;) {
    // Whoever calls in the same turn of the event loop comes along; jobs are handed out several at once.
    await new Promise(setImmediate);
    const calls = lanes.get(mandantId)?.splice(0) ?? [];
    if (calls.length === 0) break;
    await runTogether(run, calls);
  }
  lanes.delete(mandantId);
}

async function runTogether<Input, Result>(
  run: Run<Input, Result>,
  calls: readonly Call<Input, Result>[],
): Promise<void> {
  try {
    const results = await run(calls.map(({ input }) => input));
    for (const [index, result] of results.entries()) calls[index]?.resolve(result);
  } catch (error) {
    if (calls.length > 1) for (const call of calls) await runTogether(run, [call]);
    else calls[0]?.reject(error);
  }
}
