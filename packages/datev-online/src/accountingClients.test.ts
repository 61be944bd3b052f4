import { describe, expect, it } from 'vitest';
import { runtimeOver, settings } from '../test/loginServer.ts';
import { buildListClientsRequest, getClient, interpretListClients, listClients } from './accountingClients.ts';

const accessToken = 'access-token-1';
const client = (number: number) => ({
  id: `29098-${number}`,
  name: `Mandant ${number}`,
  consultant_number: 29098,
  client_number: String(number),
  services: [{ name: 'Belegbilderservice', scopes: ['accounting:documents'] }],
});

describe('accounting:clients', () => {
  it('filters and pages as documented', () => {
    const request = buildListClientsRequest(settings, {
      accessToken,
      consultantNumber: 29098,
      clientNumber: 55003,
      skip: 10,
      top: 5,
    });
    const url = new URL(request.url);
    expect(url.pathname).toBe('/platform/v2/clients');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      filter: 'consultant_number eq 29098 and client_number eq 55003',
      skip: '10',
      top: '5',
    });
  });

  it('reads the odd headers', async () => {
    const headers = {
      'total-items': 'Total-Items: 248',
      link: '<?skip=0&top=100>;rel="prev", <?skip=200&top=100>;rel="next"',
    };
    expect(await interpretListClients(Response.json([client(1)], { headers }))).toMatchObject({
      value: {
        total: 248,
        nextSkip: 200,
        clients: [{ id: '29098-1', clientNumber: 1, services: [{ scopes: ['accounting:documents'] }] }],
      },
    });
    const last = { link: '<?skip=0&top=100>;rel="prev"' };
    expect(await interpretListClients(Response.json([], { headers: last }))).toMatchObject({
      value: { nextSkip: null, total: null },
    });
  });

  it('walks through all pages, and stops at a page that leads back', async () => {
    const link = (skip: number) => ({ headers: { link: `<?skip=${skip}&top=2>;rel="next"` } });
    const runtime = runtimeOver((request) => {
      const skip = Number(new URL(request.url).searchParams.get('skip'));
      return Response.json([client(skip + 1), client(skip + 2)], link(skip < 4 ? skip + 2 : 0));
    });
    const numbers: number[] = [];
    for await (const page of listClients(settings, runtime, { accessToken, top: 2 })) {
      if (!page.ok) throw new Error(page.failure.kind);
      numbers.push(...page.value.clients.map(({ clientNumber }) => clientNumber));
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('ends with the first failure', async () => {
    const runtime = runtimeOver(() => new Response('', { status: 401 }));
    const pages = [];
    for await (const page of listClients(settings, runtime, { accessToken })) pages.push(page);
    expect(pages).toMatchObject([{ ok: false, failure: { kind: 'accessRefused' } }]);
  });

  it('gets one client with its services', async () => {
    const runtime = runtimeOver(() => Response.json(client(7)));
    expect(await getClient(settings, runtime, { accessToken, clientId: '29098-7' })).toMatchObject({
      value: { clientNumber: 7 },
    });
    const empty = runtimeOver(() => new Response('nothing'));
    expect(await getClient(settings, empty, { accessToken, clientId: '29098-7' })).toMatchObject({
      failure: { kind: 'unavailable', broken: 'unreadableAnswer' },
    });
  });
});
