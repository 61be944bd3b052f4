import type { ActiveFault } from './fault.ts';
import { createRandom, type Random, type RandomState } from './random.ts';
import { DEFAULT_SWITCHES, type Switches } from './switches.ts';
import { type App, checkWorld, clientIdOf, type Medium, type Person, type SandboxClient, type World } from './world.ts';

/** One consent of one person for one app. Its tokens die with it. */
export type Session = {
  id: string;
  app: string;
  person: string;
  medium: Medium;
  /** Long-term sessions are bound to exactly one client (cloud.md A.5). */
  boundTo?: string;
  scopes: string[];
  nonce: string;
  /** Milliseconds since 1970, as every time here. */
  signedInAt: number;
  refreshExpiresAt: number;
  ended: boolean;
};

export type Code = {
  session: string;
  redirectUri: string;
  challenge: string;
  expiresAt: number;
  used: boolean;
};

export type AccessToken = { session: string; expiresAt: number };
export type RefreshToken = { session: string; used: boolean; revoked: boolean };

/** One document that lies in Belege online. The bytes themselves are not kept, only their hash and length. */
export type ArrivedDocument = {
  /** Order of arrival over all clients, from 1. */
  number: number;
  clientId: string;
  /** As DATEV returns it: upper case with hyphens, or 32 hex digits for stapled documents. */
  id: string;
  via: 'post' | 'put' | 'stapled';
  files: ArrivedFile[];
  documentType?: string;
  note?: string;
  /** category / folder / register */
  repository?: [string, string, string];
  sequence?: { firstGuid?: string; position?: number };
  /** ISO 8601, UTC. */
  at: string;
  person: string;
  app: string;
};

export type ArrivedFile = {
  id: string;
  /** As stored, after characters outside the white-list became underscores. */
  name: string;
  size: number;
  /** SHA-256, lower-case hex. */
  sha256: string;
  mediaType: string;
};

/** Look-ups over one client's documents; rebuilt from the list, never stored. */
type Stock = { guids: Set<string>; nameType: Set<string>; nameTypeBytes: Set<string> };

export type CallRecord = {
  number: number;
  at: string;
  operation: string;
  clientId?: string;
  status: number;
  /** DATEV's error code, OAuth error or fault label, where there was one. */
  code?: string;
};

export type State = {
  world: World;
  switches: Switches;
  clockOffset: number;
  ids: Random;
  chance: Random;
  sessions: Map<string, Session>;
  codes: Map<string, Code>;
  access: Map<string, AccessToken>;
  refresh: Map<string, RefreshToken>;
  arrived: ArrivedDocument[];
  faults: ActiveFault[];
  faultNumber: number;
  faultCounts: Map<string, number>;
  callNumber: number;
  callCounts: Map<string, number>;
  recentCalls: CallRecord[];
  index: {
    apps: Map<string, App>;
    people: Map<string, Person>;
    clients: Map<string, SandboxClient>;
    stocks: Map<string, Stock>;
  };
};

/** Everything but look-ups and chance sources as plain JSON. */
export type Snapshot = {
  world: World;
  switches: Switches;
  clockOffset: number;
  random: { ids: RandomState; chance: RandomState };
  sessions: [string, Session][];
  codes: [string, Code][];
  access: [string, AccessToken][];
  refresh: [string, RefreshToken][];
  arrived: ArrivedDocument[];
  faults: ActiveFault[];
  faultNumber: number;
  faultCounts: [string, number][];
  callNumber: number;
  callCounts: [string, number][];
  recentCalls: CallRecord[];
};

/**
 * How much a change touched: only call counts and chance (documents are told apart by `onArrived`), tokens and settings too,
 * or everything including documents that are gone.
 */
export type Change = 'counts' | 'state' | 'everything';

export function createState(input: {
  seed: string | number;
  world: World;
  switches?: Partial<Switches>;
  random?: () => number;
}): State {
  checkWorld(input.world);
  const world = structuredClone(input.world);
  const state: State = {
    world,
    switches: { ...DEFAULT_SWITCHES, ...input.switches },
    clockOffset: 0,
    ids: createRandom(input.seed, 'ids', input.random),
    chance: createRandom(input.seed, 'faults', input.random),
    sessions: new Map(),
    codes: new Map(),
    access: new Map(),
    refresh: new Map(),
    arrived: [],
    faults: [],
    faultNumber: 0,
    faultCounts: new Map(),
    callNumber: 0,
    callCounts: new Map(),
    recentCalls: [],
    index: { apps: new Map(), people: new Map(), clients: new Map(), stocks: new Map() },
  };
  reindexWorld(state);
  return state;
}

export function takeSnapshot(state: State, documents: boolean): Snapshot {
  return structuredClone({
    world: state.world,
    switches: state.switches,
    clockOffset: state.clockOffset,
    random: { ids: state.ids.state(), chance: state.chance.state() },
    sessions: [...state.sessions],
    codes: [...state.codes],
    access: [...state.access],
    refresh: [...state.refresh],
    arrived: documents ? state.arrived : [],
    faults: state.faults,
    faultNumber: state.faultNumber,
    faultCounts: [...state.faultCounts],
    callNumber: state.callNumber,
    callCounts: [...state.callCounts],
    recentCalls: state.recentCalls,
  });
}

/** Puts a snapshot back in place; the state object stays the same, so handlers that hold it see the change. */
export function restoreSnapshot(state: State, given: Snapshot): void {
  const snapshot = structuredClone(given);
  state.world = snapshot.world;
  state.switches = { ...DEFAULT_SWITCHES, ...snapshot.switches };
  state.clockOffset = snapshot.clockOffset;
  state.ids.restore(snapshot.random.ids);
  state.chance.restore(snapshot.random.chance);
  state.sessions = new Map(snapshot.sessions);
  state.codes = new Map(snapshot.codes);
  state.access = new Map(snapshot.access);
  state.refresh = new Map(snapshot.refresh);
  state.arrived = snapshot.arrived;
  state.faults = snapshot.faults;
  state.faultNumber = snapshot.faultNumber;
  state.faultCounts = new Map(snapshot.faultCounts);
  state.callNumber = snapshot.callNumber;
  state.callCounts = new Map(snapshot.callCounts);
  state.recentCalls = snapshot.recentCalls;
  reindexWorld(state);
  state.index.stocks = new Map();
  for (const document of state.arrived) indexDocument(state, document);
}

export function reindexWorld(state: State): void {
  state.index.apps = new Map(state.world.apps.map((app) => [app.clientId, app]));
  state.index.people = new Map(state.world.people.map((person) => [person.id, person]));
  state.index.clients = new Map(state.world.clients.map((client) => [clientIdOf(client), client]));
}

/** A GUID in the form in which two spellings of it are equal: upper case without hyphens. */
export function guidKey(guid: string): string {
  return guid.replaceAll('-', '').toUpperCase();
}

export function isGuidKnown(state: State, clientId: string, guid: string): boolean {
  return state.index.stocks.get(clientId)?.guids.has(guidKey(guid)) ?? false;
}

/** The same file is already in this client's Belege online, by the reading the switch chooses. */
export function isDuplicate(
  state: State,
  clientId: string,
  file: { name: string; sha256: string },
  documentType: string | undefined,
): boolean {
  const stock = state.index.stocks.get(clientId);
  if (stock === undefined) return false;
  return state.switches.duplicateRule === 'name+type'
    ? stock.nameType.has(nameTypeKey(file.name, documentType))
    : stock.nameTypeBytes.has(nameTypeKey(file.name, documentType) + file.sha256);
}

export function addDocument(state: State, document: Omit<ArrivedDocument, 'number'>): ArrivedDocument {
  const stored = { ...document, number: state.arrived.length + 1 };
  state.arrived.push(stored);
  indexDocument(state, stored);
  return stored;
}

function indexDocument(state: State, document: ArrivedDocument): void {
  let stock = state.index.stocks.get(document.clientId);
  if (stock === undefined) {
    stock = { guids: new Set(), nameType: new Set(), nameTypeBytes: new Set() };
    state.index.stocks.set(document.clientId, stock);
  }
  stock.guids.add(guidKey(document.id));
  for (const file of document.files) {
    const key = nameTypeKey(file.name, document.documentType);
    stock.nameType.add(key);
    stock.nameTypeBytes.add(key + file.sha256);
  }
}

function nameTypeKey(name: string, documentType: string | undefined): string {
  return `${name}\u0000${documentType ?? ''}\u0000`;
}
