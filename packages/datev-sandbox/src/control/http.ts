import type { Sandbox } from '../sandbox.ts';
import { type Answer, type Call, emptyAnswer, jsonAnswer } from '../wire.ts';
import {
  BadInput,
  readApp,
  readClient,
  readClientPatch,
  readFault,
  readFilter,
  readRights,
  readSwitches,
} from './input.ts';

type Input = { sandbox: Sandbox; query: URLSearchParams; path: string[]; body: unknown };
type Handler = (input: Input) => unknown;

/** `METHOD /path`, with `*` for one free segment. */
const ROUTES: Record<string, Handler> = {
  'GET /world': ({ sandbox }) => sandbox.control.world(),
  'GET /people': ({ sandbox }) => sandbox.control.world().people,
  'GET /arrived': ({ sandbox, query }) => sandbox.control.arrived(arrivedFilter(query)),
  'GET /arrived/count': ({ sandbox, query }) => ({
    count: sandbox.control.arrivedCount(query.get('clientId') ?? undefined),
  }),
  'GET /calls': ({ sandbox, query }) => sandbox.control.calls(wholeNumber(query, 'limit')),
  'GET /calls/counts': ({ sandbox }) => sandbox.control.callCounts(),
  'GET /clock': ({ sandbox }) => clock(sandbox),
  'POST /clock': ({ sandbox, body }) => moveClock(sandbox, body),
  'GET /switches': ({ sandbox }) => sandbox.control.switches(),
  'PATCH /switches': ({ sandbox, body }) => sandbox.control.setSwitches(readSwitches(body)),
  'GET /sessions': ({ sandbox }) => sandbox.control.sessions(),
  'POST /tokens/expire': ({ sandbox, body }) => ({
    sessions: sandbox.control.expireTokens(which(body), readFilter(field(body, 'filter'))),
  }),
  'POST /tokens/revoke': ({ sandbox, body }) => ({
    sessions: sandbox.control.revokeSessions(readFilter(field(body, 'filter'))),
  }),
  'POST /sign-in': async ({ sandbox, body }) => {
    const medium = field(body, 'medium');
    if (medium !== undefined && medium !== 'SmartLogin' && medium !== 'SmartCard') throw new BadInput('medium');
    const redirect = await sandbox.control.signIn(text(body, 'authorizeUrl'), {
      person: text(body, 'person'),
      ...(medium === undefined ? {} : { medium }),
      deny: field(body, 'deny') === true,
    });
    return { redirect };
  },
  'PUT /people/*/rights/*': ({ sandbox, path, body }) => {
    const [, person = '', , clientId = ''] = path;
    sandbox.control.setRights(person, clientId, readRights(field(body, 'rights')));
    return {};
  },
  'POST /clients': ({ sandbox, body }) => {
    sandbox.control.addClient(readClient(body));
    return {};
  },
  'PATCH /clients/*': ({ sandbox, path, body }) => sandbox.control.setClient(path[1] ?? '', readClientPatch(body)),
  'POST /apps': ({ sandbox, body }) => {
    sandbox.control.putApp(readApp(body));
    return {};
  },
  'GET /faults': ({ sandbox }) => sandbox.control.faults(),
  'GET /faults/counts': ({ sandbox }) => sandbox.control.faultCounts(),
  'POST /faults': ({ sandbox, body }) => ({ id: sandbox.control.addFault(readFault(body)) }),
  'DELETE /faults': ({ sandbox }) => {
    sandbox.control.clearFaults();
    return {};
  },
  'DELETE /faults/*': ({ sandbox, path }) => {
    sandbox.control.removeFault(path[1] ?? '');
    return {};
  },
  'POST /reset': ({ sandbox }) => {
    sandbox.control.reset();
    return {};
  },
};

/** The control API. 400 with a sentence for bad input; changing calls need a JSON content type. */
export async function controlAnswer(sandbox: Sandbox, call: Call): Promise<Answer> {
  const path = call.url.pathname.split('/').slice(1).map(decode);
  const handler = findHandler(call.method, path);
  if (handler === undefined) return jsonAnswer(404, { error: 'no such control call' });
  const type = (call.header('content-type') ?? '').toLowerCase();
  // A web page can send simple posts to a local port, but none with this type unless the port agrees.
  if (call.method !== 'GET' && !type.startsWith('application/json')) {
    return jsonAnswer(415, { error: 'content-type must be application/json' });
  }
  try {
    const body = call.method === 'GET' ? undefined : parse((await call.body()).bytes);
    const result = await handler({ sandbox, query: call.url.searchParams, path, body });
    return result === undefined ? emptyAnswer(204) : jsonAnswer(200, result);
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function findHandler(method: string, path: string[]): Handler | undefined {
  const exact = ROUTES[`${method} /${path.join('/')}`];
  if (exact !== undefined) return exact;
  const pattern = path.map((segment, i) => (i % 2 === 1 ? '*' : segment)).join('/');
  return ROUTES[`${method} /${pattern}`];
}

function arrivedFilter(query: URLSearchParams): { clientId?: string; after?: number; limit?: number } {
  const clientId = query.get('clientId');
  const after = wholeNumber(query, 'after');
  const limit = wholeNumber(query, 'limit');
  return {
    ...(clientId === null ? {} : { clientId }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,12}$/.test(value)) throw new BadInput(name);
  return Number(value);
}

function clock(sandbox: Sandbox): object {
  const now = sandbox.control.now();
  return { now, iso: new Date(now).toISOString() };
}

function moveClock(sandbox: Sandbox, body: unknown): object {
  const advance = field(body, 'advance');
  const set = field(body, 'set');
  if (typeof advance === 'number' && Number.isFinite(advance)) sandbox.control.advanceClock(advance);
  else if (typeof set === 'number' && Number.isFinite(set)) sandbox.control.setClock(set);
  else throw new BadInput('advance or set, in milliseconds');
  return clock(sandbox);
}

function which(body: unknown): 'access' | 'refresh' | 'all' {
  const value = field(body, 'which') ?? 'all';
  if (value !== 'access' && value !== 'refresh' && value !== 'all') throw new BadInput('which');
  return value;
}

function text(body: unknown, name: string): string {
  const value = field(body, name);
  if (typeof value !== 'string') throw new BadInput(name);
  return value;
}

function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function parse(bytes: Buffer): unknown {
  return bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
