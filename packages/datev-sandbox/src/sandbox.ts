import { type Control, createControl } from './control/control.ts';
import { faultAnswer, faultLabel, judge } from './faults.ts';
import { handle } from './handle.ts';
import { type Operation, route } from './operations.ts';
import { seedWorld } from './seed-world.ts';
import {
  type ArrivedDocument,
  type CallRecord,
  type Change,
  createState,
  restoreSnapshot,
  type Snapshot,
  type State,
  takeSnapshot,
} from './state.ts';
import type { Switches } from './switches.ts';
import { type Answer, type Call, readForm } from './wire.ts';
import type { World } from './world.ts';

export type SandboxOptions = {
  /** Everything that is drawn by chance follows from it: world, ids, tokens, faults by share. Default 1. */
  seed?: string | number;
  /** Milliseconds since 1970. The control API can move the sandbox's own time on top of it. */
  clock: () => number;
  /** Fractions in [0, 1) that replace the seeded numbers. */
  random?: () => number;
  /** Default: `seedWorld(seed)`. */
  world?: World;
  switches?: Partial<Switches>;
  /** How a `delay` fault waits; default is the event loop's timer. A simulation passes its own. */
  wait?: (milliseconds: number) => Promise<void>;
  /** Told about each document that arrives, before the caller gets its answer. */
  onArrived?: (document: ArrivedDocument) => void;
  /** Told after every change, before the caller gets its answer; says how much changed. */
  onChanged?: (change: Change) => void;
};

export type Sandbox = {
  /**
   * One call to DATEV, in this process and without a socket. The request's origin is the sandbox's origin, so any will do.
   *
   * @throws TypeError `fetch failed` when a fault cuts the connection (cause: `code: 'ECONNRESET'`)
   */
  fetch(request: Request): Promise<Response>;
  /** The same for a server of one's own: throws as `fetch` does. */
  answer(call: Call): Promise<Answer>;
  control: Control;
  /** The whole state as plain JSON; without the documents it stays small however many there are. */
  snapshot(options?: { documents?: boolean }): Snapshot;
  restore(snapshot: Snapshot): void;
};

const KEPT_CALLS = 1000;

/** DATEV's cloud side as an object: login, accounting:clients v2, accounting:documents v2, faults and a control. */
export function createSandbox(options: SandboxOptions): Sandbox {
  const seed = options.seed ?? 1;
  const state = createState({
    seed,
    world: options.world ?? seedWorld(seed),
    ...(options.switches === undefined ? {} : { switches: options.switches }),
    ...(options.random === undefined ? {} : { random: options.random }),
  });
  const initial = takeSnapshot(state, true);
  const now = (): number => options.clock() + state.clockOffset;
  const changed = options.onChanged ?? (() => {});
  const arrived = options.onArrived ?? (() => {});
  const wait = options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const answer = (call: Call): Promise<Answer> => answerCall({ state, now, wait, arrived, changed }, call);

  return {
    answer,
    async fetch(request) {
      return responseOf(await answer(callOf(request)));
    },
    control: createControl({ state, now, answer, changed, reset: () => restoreSnapshot(state, initial) }),
    snapshot: ({ documents = true } = {}) => takeSnapshot(state, documents),
    restore(snapshot) {
      restoreSnapshot(state, snapshot);
      changed('everything');
    },
  };
}

type Machine = {
  state: State;
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
  arrived: (document: ArrivedDocument) => void;
  changed: (change: Change) => void;
};

async function answerCall(machine: Machine, call: Call): Promise<Answer> {
  const { state, now } = machine;
  state.callNumber += 1;
  const found = route(call.method, call.url.pathname);
  const clientId = found.kind === 'operation' ? found.clientId : undefined;
  const operation = found.kind === 'operation' ? await refine(found.operation, call) : found.kind;
  const verdict = judge(state, now(), operation, clientId);
  if (verdict.delayMilliseconds > 0) await machine.wait(verdict.delayMilliseconds);

  const { effect } = verdict;
  const carriedOut =
    effect === undefined || (effect.kind === 'cut' ? effect.when !== 'before' : effect.processed === true);
  const real = carriedOut ? await handle({ state, now: now(), arrived: machine.arrived }, found, call) : undefined;
  if (effect?.kind === 'cut' && effect.when !== 'during') {
    record(machine, operation, clientId, 0, faultLabel(effect));
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }) });
  }
  const given = effect === undefined || effect.kind === 'cut' ? real : faultAnswer(state, operation, effect);
  if (given === undefined) throw new Error('a call without a fault has an answer');
  record(machine, operation, clientId, given.status, effect === undefined ? errorCode(given) : faultLabel(effect));
  return {
    ...given,
    ...(effect?.kind === 'cut' ? { broken: true } : {}),
    headers: {
      ...given.headers,
      date: new Date(now()).toUTCString(),
      'x-global-transaction-id': state.ids.bytes(12).toString('hex'),
      'v-cap-request-id': state.ids.guid().toLowerCase(),
    },
  };
}

/** The name by which faults and counts know the call. */
async function refine(operation: Operation, call: Call): Promise<string> {
  if (operation !== 'login.token') return operation;
  const grant = (await readForm(call)).get('grant_type');
  if (grant === 'refresh_token') return 'login.token.refresh';
  return grant === 'authorization_code' ? 'login.token.code' : operation;
}

function record(
  machine: Machine,
  operation: string,
  clientId: string | undefined,
  status: number,
  code: string | undefined,
): void {
  const { state } = machine;
  const key = `${operation} ${status}${code === undefined ? '' : ` ${code}`}`;
  state.callCounts.set(key, (state.callCounts.get(key) ?? 0) + 1);
  const entry: CallRecord = {
    number: state.callNumber,
    at: new Date(machine.now()).toISOString(),
    operation,
    ...(clientId === undefined ? {} : { clientId }),
    status,
    ...(code === undefined ? {} : { code }),
  };
  state.recentCalls.push(entry);
  if (state.recentCalls.length > 2 * KEPT_CALLS) state.recentCalls.splice(0, KEPT_CALLS);
  const reading = operation.startsWith('documents') || operation.startsWith('clients');
  machine.changed(reading ? 'counts' : 'state');
}

/** DATEV's code, help number or OAuth error in an error body of our own making. */
function errorCode(answer: Answer): string | undefined {
  if (answer.status < 400 || answer.body === undefined || !answer.body.startsWith('{')) return undefined;
  const body: unknown = JSON.parse(answer.body);
  if (typeof body !== 'object' || body === null) return undefined;
  if ('error' in body && typeof body.error === 'string') return body.error.replace('#', '');
  return 'type' in body && typeof body.type === 'string' ? body.type.replace(/^.*\//, '') : undefined;
}

function responseOf({ status, headers, body, broken }: Answer): Response {
  if (broken !== true) return new Response(body ?? null, { status, headers });
  const cut = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
    },
  });
  return new Response(cut, { status, headers });
}

function callOf(request: Request): Call {
  let read: Promise<{ bytes: Buffer; truncated: boolean }> | undefined;
  return {
    method: request.method,
    url: new URL(request.url),
    header: (name) => request.headers.get(name) ?? undefined,
    body() {
      read ??= request.arrayBuffer().then((buffer) => ({ bytes: Buffer.from(buffer), truncated: false }));
      return read;
    },
  };
}
