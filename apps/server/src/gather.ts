import type { Services } from './context.ts';

type Call<Input, Result> = {
  readonly input: Input;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

/** When a lane begins its next run; what each means: {@link gather}. */
export type Pace = { readonly paceMs?: number; readonly enough?: (lane: string) => number };

/**
 * Lets calls that each have one thing share the work on many: the calls of a lane (of one Mandant, say) that come while the run
 * before is under way go together into the next one, in their order. One alone begins at once, so it never waits for company.
 * A run that fails is repeated for each of its calls alone: one that can't be helped does not take the others down with it. So
 * `run` must bear being repeated after a commit whose answer was lost, as every job must.
 * `paceMs`: once calls come together, the runs of a lane begin at least so many milliseconds apart. Short runs would otherwise find
 * few calls each, and what a run costs by itself (waking the database and being woken by it) is more than what a call adds. Once
 * `enough` calls wait the next run does not wait for its time.
 */
export function gather<Who extends Pick<Services, 'withTenant'>, Input, Result>(
  run: (who: Who, lane: string, inputs: readonly Input[]) => Promise<readonly Result[]>,
  pace: Pace = {},
): (who: Who, lane: string, input: Input) => Promise<Result> {
  // Each process (a test has several) has lanes of its own; its database is what tells it apart.
  const processes = new WeakMap<Services['withTenant'], Lanes<Input, Result>>();
  return (who, lane, input) =>
    new Promise((resolve, reject) => {
      const lanes: Lanes<Input, Result> = processes.get(who.withTenant) ?? new Map();
      processes.set(who.withTenant, lanes);
      const call = { input, resolve, reject };
      const open = lanes.get(lane);
      if (open) {
        open.waiting.push(call);
        open.onCall?.();
      } else {
        lanes.set(lane, { waiting: [call] });
        void work((inputs) => run(who, lane, inputs), lanes, lane, pace);
      }
    });
}

type Lane<Input, Result> = { waiting: Call<Input, Result>[]; onCall?: () => void };
type Lanes<Input, Result> = Map<string, Lane<Input, Result>>;
type Run<Input, Result> = (inputs: readonly Input[]) => Promise<readonly Result[]>;

/** Until nobody waits; what comes meanwhile is found in the lane. */
async function work<Input, Result>(
  run: Run<Input, Result>,
  lanes: Lanes<Input, Result>,
  name: string,
  { paceMs = 0, enough = () => Number.POSITIVE_INFINITY }: Pace,
): Promise<void> {
  for (let lane = lanes.get(name); lane; ) {
    // Whoever calls in the same turn of the event loop comes along; jobs are handed out several at once.
    await new Promise(setImmediate);
    const calls = lane.waiting.splice(0);
    if (calls.length === 0) break;
    // Who comes alone, time after time, is not held up: there is nobody to wait for.
    const pause = paceMs > 0 && calls.length > 1 ? pauseUntil(lane, paceMs, () => enough(name)) : undefined;
    await runTogether(run, calls);
    await pause;
  }
  lanes.delete(name);
}

/** So many milliseconds from now, or when enough calls wait. */
function pauseUntil<Input, Result>(
  lane: Lane<Input, Result>,
  milliseconds: number,
  enough: () => number,
): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      delete lane.onCall;
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    lane.onCall = () => {
      if (lane.waiting.length >= enough()) end();
    };
  });
}

async function runTogether<Input, Result>(
  run: Run<Input, Result>,
  calls: readonly Call<Input, Result>[],
): Promise<void> {
  try {
    const results = await run(calls.map(({ input }) => input));
    for (const [index, result] of results.entries()) calls[index]?.resolve(result);
  } catch (error) {
    // Side by side, as they would have run without each other: one that hangs, or a database that is away, holds up none but itself.
    if (calls.length > 1) await Promise.all(calls.map((call) => runTogether(run, [call])));
    else calls[0]?.reject(error);
  }
}
