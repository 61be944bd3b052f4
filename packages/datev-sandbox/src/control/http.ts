import type { Sandbox } from '../sandbox.ts';
import type { Answer, Call } from '../wire.ts';
import {
  BadInput,
  fieldsOf,
  readApp,
  readClient,
  readClientPatch,
  readFault,
  readFilter,
  readRights,
  readSwitches,
} from './input.ts';
import { answerControl, field, type Routes, text, wholeNumber } from './routes.ts';

const ROUTES: Routes<Sandbox> = {
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
    sessions: sandbox.control.expireTokens(which(body), tokenFilter(body)),
  }),
  'POST /tokens/revoke': ({ sandbox, body }) => ({
    sessions: sandbox.control.revokeSessions(tokenFilter(body)),
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

/** The control API of the cloud side. */
export const controlAnswer = (sandbox: Sandbox, call: Call): Promise<Answer> => answerControl(ROUTES, sandbox, call);

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

/** `{ person }` without its `filter` around it would mean everybody. */
const tokenFilter = (body: unknown) => readFilter(fieldsOf(body, 'tokens', ['which', 'filter'])['filter']);

function which(body: unknown): 'access' | 'refresh' | 'all' {
  const value = field(body, 'which') ?? 'all';
  if (value !== 'access' && value !== 'refresh' && value !== 'all') throw new BadInput('which');
  return value;
}
