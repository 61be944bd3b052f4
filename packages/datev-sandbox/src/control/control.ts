import type { ActiveFault, Fault } from '../fault.ts';
import { addFault, removeFault } from '../faults.ts';
import { endSession, isAccessLive, isRefreshable } from '../login/sessions.ts';
import {
  type ArrivedDocument,
  type CallRecord,
  type Change,
  reindexWorld,
  type Session,
  type State,
} from '../state.ts';
import type { Switches } from '../switches.ts';
import type { Answer, Call } from '../wire.ts';
import { type App, clientIdOf, type Medium, type Right, type SandboxClient, type World } from '../world.ts';
import { signIn } from './sign-in.ts';

/** Which sessions a token command means; no field means all of them. */
export type SessionFilter = { person?: string; app?: string; boundTo?: string; mode?: 'session' | 'long-term' };

export type SessionInfo = Session & { accessTokens: number; refreshTokens: number };

export type ArrivedFilter = { clientId?: string; after?: number; limit?: number };

/** Everything a test, a demo or a person may do to the sandbox from behind; never part of DATEV's own paths. */
export type Control = {
  world(): World;
  switches(): Switches;
  setSwitches(patch: Partial<Switches>): Switches;
  /** The sandbox's time in milliseconds. */
  now(): number;
  /** Moves the sandbox's time forward (or back) by so much. */
  advanceClock(milliseconds: number): number;
  setClock(milliseconds: number): number;

  /** Documents in order of arrival; `after` is the number of the last one already known. */
  arrived(filter?: ArrivedFilter): ArrivedDocument[];
  arrivedCount(clientId?: string): number;
  /** The last calls (at most 1,000 to 2,000 are kept). */
  calls(limit?: number): CallRecord[];
  /** How often each `operation status code` was answered; status 0 is a cut connection. */
  callCounts(): Record<string, number>;

  /** Signs a person in at an authorization address without a browser, through the forms of the very same pages. */
  signIn(authorizeUrl: string, given: { person: string; medium?: Medium; deny?: boolean }): Promise<string>;
  /** Consents that were not ended, each with the number of its tokens that work now. */
  sessions(filter?: SessionFilter): SessionInfo[];
  /** Makes tokens expire now. `refresh` leaves the access tokens alone and the other way round. */
  expireTokens(which: 'access' | 'refresh' | 'all', filter?: SessionFilter): number;
  /** Ends sessions with all their tokens, as the person can in "Verbundene Anwendungen". */
  revokeSessions(filter?: SessionFilter): number;

  /** Sets the rights of a person at one client; an empty list takes the client away. */
  setRights(person: string, clientId: string, rights: Right[]): void;
  /** Changes a client: Belegfreigabe, stock, document types, services … */
  setClient(clientId: string, patch: Partial<Omit<SandboxClient, 'consultantNumber' | 'clientNumber'>>): SandboxClient;
  addClient(client: SandboxClient): void;
  /** Registers an app or replaces the one with the same client id. */
  putApp(app: App): void;

  addFault(fault: Fault): string;
  faults(): ActiveFault[];
  removeFault(id: string): void;
  clearFaults(): void;
  /** How often each kind was injected, by label: `cut-before`, `cut-after`, `delay`, `status-503`, `error-DCO01020` … */
  faultCounts(): Record<string, number>;
  /** Back to the state at creation: world, documents, tokens, clock, faults. */
  reset(): void;
};

export type ControlInput = {
  state: State;
  now: () => number;
  answer: (call: Call) => Promise<Answer>;
  changed: (change: Change) => void;
  reset: () => void;
};

export function createControl(input: ControlInput): Control {
  return { ...observing(input), ...timing(input), ...tokens(input), ...changing(input), ...faulting(input) };
}

function observing({
  state,
}: ControlInput): Pick<Control, 'world' | 'switches' | 'arrived' | 'arrivedCount' | 'calls' | 'callCounts'> {
  return {
    world: () => structuredClone(state.world),
    switches: () => ({ ...state.switches }),
    arrived({ clientId, after = 0, limit = Number.POSITIVE_INFINITY } = {}) {
      const found: ArrivedDocument[] = [];
      // Numbers run from 1 without gaps, so the list can be entered in the middle.
      for (let i = Math.max(0, after); i < state.arrived.length && found.length < limit; i++) {
        const document = state.arrived[i];
        if (document !== undefined && (clientId === undefined || document.clientId === clientId)) found.push(document);
      }
      return found;
    },
    arrivedCount: (clientId) =>
      clientId === undefined ? state.arrived.length : (state.index.stocks.get(clientId)?.guids.size ?? 0),
    calls: (limit = 1000) => state.recentCalls.slice(-limit),
    callCounts: () => Object.fromEntries(state.callCounts),
  };
}

function timing({ state, now, changed }: ControlInput): Pick<Control, 'now' | 'advanceClock' | 'setClock'> {
  const move = (milliseconds: number): number => {
    state.clockOffset += milliseconds;
    changed('state');
    return now();
  };
  return { now, advanceClock: move, setClock: (milliseconds) => move(milliseconds - now()) };
}

function tokens({
  state,
  now,
  answer,
  changed,
}: ControlInput): Pick<Control, 'signIn' | 'sessions' | 'expireTokens' | 'revokeSessions'> {
  const select = (filter: SessionFilter = {}): Session[] =>
    [...state.sessions.values()].filter((session) => !session.ended && fits(session, filter));
  return {
    signIn: (authorizeUrl, given) => signIn(answer, authorizeUrl, given),
    sessions: (filter) =>
      select(filter).map((session) => ({
        ...structuredClone(session),
        accessTokens: count(state.access, (token) => token.session === session.id && isAccessLive(state, now(), token)),
        refreshTokens: count(
          state.refresh,
          (token) => token.session === session.id && isRefreshable(state, now(), token),
        ),
      })),
    expireTokens(which, filter) {
      const chosen = new Set(select(filter).map((session) => session.id));
      if (which !== 'refresh') {
        for (const access of state.access.values())
          if (chosen.has(access.session)) access.expiresAt = Math.min(access.expiresAt, now());
      }
      if (which !== 'access') {
        for (const id of chosen) {
          const session = state.sessions.get(id);
          if (session !== undefined) session.refreshExpiresAt = Math.min(session.refreshExpiresAt, now());
        }
      }
      changed('state');
      return chosen.size;
    },
    revokeSessions(filter) {
      const chosen = select(filter);
      for (const session of chosen) endSession(state, session);
      changed('state');
      return chosen.length;
    },
  };
}

function count<T>(tokens: Map<string, T>, lives: (token: T) => boolean): number {
  let found = 0;
  for (const token of tokens.values()) if (lives(token)) found += 1;
  return found;
}

function fits(session: Session, filter: SessionFilter): boolean {
  const mode = session.boundTo === undefined ? 'session' : 'long-term';
  return (
    (filter.person === undefined || session.person === filter.person) &&
    (filter.app === undefined || session.app === filter.app) &&
    (filter.boundTo === undefined || session.boundTo === filter.boundTo) &&
    (filter.mode === undefined || mode === filter.mode)
  );
}

function changing({
  state,
  changed,
  reset,
}: ControlInput): Pick<Control, 'setSwitches' | 'setRights' | 'setClient' | 'addClient' | 'putApp' | 'reset'> {
  return {
    setSwitches(patch) {
      Object.assign(state.switches, patch);
      changed('state');
      return { ...state.switches };
    },
    setRights(personId, clientId, rights) {
      const person = state.index.people.get(personId);
      if (person === undefined) throw new Error(`no person ${personId} in this world`);
      if (!state.index.clients.has(clientId)) throw new Error(`no client ${clientId} in this world`);
      if (rights.length === 0) delete person.access[clientId];
      else person.access[clientId] = [...rights];
      changed('state');
    },
    setClient(clientId, patch) {
      const client = state.index.clients.get(clientId);
      if (client === undefined) throw new Error(`no client ${clientId} in this world`);
      Object.assign(client, patch);
      changed('state');
      return structuredClone(client);
    },
    addClient(client) {
      const id = clientIdOf(client);
      if (state.index.clients.has(id)) throw new Error(`client ${id} exists already`);
      state.world.clients.push(structuredClone(client));
      reindexWorld(state);
      changed('state');
    },
    putApp(app) {
      state.world.apps = [...state.world.apps.filter((known) => known.clientId !== app.clientId), structuredClone(app)];
      reindexWorld(state);
      changed('state');
    },
    reset() {
      reset();
      changed('everything');
    },
  };
}

function faulting({
  state,
  now,
  changed,
}: ControlInput): Pick<Control, 'addFault' | 'faults' | 'removeFault' | 'clearFaults' | 'faultCounts'> {
  return {
    addFault(fault) {
      const id = addFault(state, now(), fault);
      changed('state');
      return id;
    },
    faults: () => structuredClone(state.faults),
    removeFault(id) {
      removeFault(state, id);
      changed('state');
    },
    clearFaults() {
      state.faults = [];
      changed('state');
    },
    faultCounts: () => Object.fromEntries(state.faultCounts),
  };
}
