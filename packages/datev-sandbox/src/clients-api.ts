import type { Caller } from './bearer.ts';
import { writeStatus } from './loose.ts';
import type { State } from './state.ts';
import { type Answer, emptyAnswer, JSON_UTF8, jsonAnswer } from './wire.ts';
import { clientIdOf, type Person, type SandboxClient, SERVICES } from './world.ts';

const SCOPE = 'datev:accounting:clients';
const MAX_PAGE = 100;

type Problem = { code?: string; title: string; detail?: string; affected?: { name: string; reason: string }[] };

/** Error body of accounting:clients (ProblemDetails, cloud.md B.1). `status` is a number or, loosely, a string. */
export function problem(state: State, status: number, given: Problem): Answer {
  return jsonAnswer(status, {
    ...(given.code === undefined ? {} : { type: `http://www.datev.de/hilfe/${given.code}` }),
    title: given.title,
    ...(given.detail === undefined ? {} : { detail: given.detail }),
    ...(given.affected === undefined ? {} : { affected_elements: given.affected }),
    request_id: state.ids.guid().toLowerCase(),
    status: writeStatus(state, status),
  });
}

/** `GET /clients` of accounting:clients v2: filter, paging, `Total-Items` and `Link` (cloud.md B.1). */
export function listClients(state: State, caller: Caller, query: URLSearchParams): Answer {
  const refused = checkCaller(state, caller);
  if (refused !== undefined) return refused;
  // A long-term token is bound to one client and a list has no client in its path (cloud.md A.5).
  if (caller.session.boundTo !== undefined) {
    return problem(state, 403, {
      code: '1008829',
      title: 'Forbidden',
      detail: 'The token is bound to a single client.',
    });
  }
  const page = readPage(query);
  if ('reason' in page) return badQuery(state, page);
  const filter = readFilter(query.get('filter'));
  if ('reason' in filter) return badQuery(state, filter);

  const found = visibleClients(state, caller.person).filter(
    (client) =>
      (filter.consultant === undefined || client.consultantNumber === filter.consultant) &&
      (filter.client === undefined || client.clientNumber === filter.client),
  );
  const slice = found.slice(page.skip, page.skip + page.top);
  const headers: Record<string, string> = {
    // DATEV's example repeats the header's name inside its value.
    'total-items': state.switches.typing === 'schema' ? String(found.length) : `Total-Items: ${found.length}`,
  };
  const link = pageLinks(page, found.length);
  if (link !== '') headers['link'] = link;
  return jsonAnswer(
    200,
    slice.map((client) => clientBody(client, caller.person)),
    headers,
  );
}

/** `GET /clients/{client-id}` of accounting:clients v2. */
export function getClient(state: State, caller: Caller, clientId: string): Answer {
  const refused = checkCaller(state, caller);
  if (refused !== undefined) return refused;
  const client = state.index.clients.get(clientId);
  if (client === undefined) return emptyAnswer(404);
  if (!isVisible(caller, clientId)) {
    return problem(state, 403, { code: '1008829', title: 'Forbidden', detail: 'No permission for this client.' });
  }
  return jsonAnswer(200, clientBody(client, caller.person));
}

/** Clients at which the person has any right at all, in the world's order. */
export function visibleClients(state: State, person: Person): SandboxClient[] {
  return state.world.clients.filter((client) => (person.access[clientIdOf(client)]?.length ?? 0) > 0);
}

/** The person sees this client and the token is not bound to another one. */
export function isVisible(caller: Caller, clientId: string): boolean {
  const { boundTo } = caller.session;
  if (boundTo !== undefined && boundTo !== clientId) return false;
  return (caller.person.access[clientId]?.length ?? 0) > 0;
}

/** 405 and 406 as accounting:clients documents them. */
export function methodNotAllowed(state: State): Answer {
  const answer = problem(state, 405, { title: 'Method Not Allowed' });
  return { ...answer, headers: { ...answer.headers, allow: 'GET' } };
}

/** undefined when the caller accepts JSON. */
export function notAcceptable(state: State, accept: string | undefined): Answer | undefined {
  if (accept === undefined || accept.trim() === '') return undefined;
  const wanted = accept.split(',').map((entry) => (entry.split(';')[0] ?? '').trim().toLowerCase());
  const fits = wanted.some((type) => type === '*/*' || type === 'application/*' || type === 'application/json');
  return fits ? undefined : problem(state, 406, { title: 'Not Acceptable', detail: `Only ${JSON_UTF8} is offered.` });
}

function checkCaller(state: State, caller: Caller): Answer | undefined {
  if (caller.session.scopes.includes(SCOPE)) return undefined;
  return problem(state, 403, {
    code: '1008829',
    title: 'Missing required scope',
    detail: `Missing scope(s) are: ${SCOPE}`,
  });
}

function clientBody(client: SandboxClient, person: Person): object {
  const rights = person.access[clientIdOf(client)] ?? [];
  return {
    client_number: client.clientNumber,
    consultant_number: client.consultantNumber,
    id: clientIdOf(client),
    name: client.name,
    services: client.services
      .filter((name) => rights.includes(SERVICES[name].right))
      .map((name) => ({ name, scopes: [...SERVICES[name].scopes] })),
  };
}

type Page = { skip: number; top: number };
type Refusal = { name: string; reason: string };

function readPage(query: URLSearchParams): Page | Refusal {
  const skip = query.get('skip') ?? '0';
  const top = query.get('top') ?? String(MAX_PAGE);
  if (!/^\d{1,9}$/.test(skip)) return { name: 'skip', reason: 'must be a positive integer' };
  if (!/^\d{1,9}$/.test(top) || Number(top) === 0) return { name: 'top', reason: 'must be a positive integer' };
  return { skip: Number(skip), top: Math.min(Number(top), MAX_PAGE) };
}

function readFilter(text: string | null): { consultant?: number; client?: number } | Refusal {
  if (text === null || text.trim() === '') return {};
  const found: { consultant?: number; client?: number } = {};
  for (const term of text.trim().split(/\s+and\s+/i)) {
    const match = /^(\w+)\s+(\w+)\s+(\S+)$/.exec(term);
    const [, name, operator, value] = match ?? [];
    if (name === undefined || operator === undefined || value === undefined) {
      const combined = /\s(or|not)\s/i.test(` ${text} `);
      return {
        name: 'filter',
        reason: combined ? 'only the logical operator "and" is supported' : 'filter syntax is invalid',
      };
    }
    if (name !== 'consultant_number' && name !== 'client_number') return { name, reason: 'is not supported' };
    if (operator !== 'eq') return { name, reason: 'only supports the operator "eq"' };
    if (!/^\d{1,10}$/.test(value) || Number(value) < 1) {
      return { name, reason: 'must be a positive integer from 1 to 9999999999' };
    }
    if (name === 'consultant_number') found.consultant = Number(value);
    else found.client = Number(value);
  }
  return found;
}

function badQuery(state: State, refusal: Refusal): Answer {
  return problem(state, 400, {
    code: '1008828',
    title: 'Invalid query parameters',
    detail: `${refusal.name} ${refusal.reason}`,
    affected: [refusal],
  });
}

/** Only the query, no path, as DATEV writes it. */
function pageLinks(page: Page, total: number): string {
  const links: string[] = [];
  if (page.skip > 0) links.push(`<?skip=${Math.max(0, page.skip - page.top)}&top=${page.top}>;rel="prev"`);
  if (page.skip + page.top < total) links.push(`<?skip=${page.skip + page.top}&top=${page.top}>;rel="next"`);
  return links.join(', ');
}
