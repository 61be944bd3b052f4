import { api } from '../test-kit.ts';
import { bare, CLIENTS, noClientId, type Scenario, scenario, withFault } from './kit.ts';

/** accounting:clients v2. */
export const LISTING: Scenario[] = [
  scenario('clients.list', 'all', 200, '', bare('token', `${CLIENTS}/clients`)),
  scenario('clients.list', 'second page', 200, '', bare('token', `${CLIENTS}/clients?skip=1&top=1`)),
  scenario(
    'clients.list',
    'filter',
    200,
    '',
    bare(
      'token',
      `${CLIENTS}/clients?filter=${encodeURIComponent('consultant_number eq 29098 and client_number eq 102')}`,
    ),
  ),
  scenario('clients.list', 'person without clients', 200, '', bare('nina', `${CLIENTS}/clients`)),
  ...[
    'skip=-1',
    'top=0',
    'top=x',
    'filter=name eq 1',
    'filter=client_number gt 1',
    'filter=client_number eq 0',
    'filter=nonsense',
    'filter=client_number eq 1 or client_number eq 2',
  ].map((query) => scenario('clients.list', query, 400, '1008828', bare('token', `${CLIENTS}/clients?${query}`))),
  scenario('clients.list', 'no client id header', 401, '', noClientId(`${CLIENTS}/clients`)),
  scenario('clients.list', 'unknown token', 401, '', ({ sandbox }) => api(sandbox, 'nothing', `${CLIENTS}/clients`)),
  scenario('clients.list', 'no scope', 403, '1008829', bare('narrow', `${CLIENTS}/clients`)),
  scenario('clients.list', 'long-term token', 403, '1008829', bare('longTerm', `${CLIENTS}/clients`)),
  scenario('clients.list', 'POST', 405, '', ({ sandbox, token }) =>
    api(sandbox, token, `${CLIENTS}/clients`, { method: 'POST' }),
  ),
  scenario('clients.list', 'HTML wanted', 406, '', ({ sandbox, token }) =>
    api(sandbox, token, `${CLIENTS}/clients`, { headers: { accept: 'text/html' } }),
  ),
  scenario('clients.get', 'seen', 200, '', bare('token', `${CLIENTS}/clients/29098-101`)),
  scenario('clients.get', 'seen by the bound token', 200, '', bare('longTerm', `${CLIENTS}/clients/29098-101`)),
  scenario('clients.get', 'bound to another', 403, '1008829', bare('longTerm', `${CLIENTS}/clients/29098-102`)),
  scenario('clients.get', 'no scope', 403, '1008829', bare('narrow', `${CLIENTS}/clients/29098-101`)),
  scenario('clients.get', 'not permitted', 403, '1008829', bare('token', `${CLIENTS}/clients/29099-1`)),
  scenario('clients.get', 'no client id header', 401, '', noClientId(`${CLIENTS}/clients/29098-101`)),
  scenario('clients.get', 'unknown', 404, '', bare('token', `${CLIENTS}/clients/1-1`)),
  scenario('clients.get', 'DELETE', 405, '', ({ sandbox, token }) =>
    api(sandbox, token, `${CLIENTS}/clients/29098-101`, { method: 'DELETE' }),
  ),
  scenario('clients.get', 'HTML wanted', 406, '', ({ sandbox, token }) =>
    api(sandbox, token, `${CLIENTS}/clients/29098-101`, { headers: { accept: 'text/html' } }),
  ),
  ...[500, 503].flatMap((status) =>
    (['clients.list', 'clients.get'] as const).map((operation) =>
      scenario(
        operation,
        'by fault',
        status,
        '',
        withFault(
          { operation, effect: { kind: 'status', status } },
          bare('token', operation === 'clients.list' ? `${CLIENTS}/clients` : `${CLIENTS}/clients/29098-101`),
        ),
      ),
    ),
  ),
];
