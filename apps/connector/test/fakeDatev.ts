import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const guid = 'b2d5a0c1-0000-4000-8000-00000000000a';
export const otherGuid = 'b2d5a0c1-0000-4000-8000-00000000000b';

/** The challenge of the example in [MS-NLMP] 4.2. */
const challenge =
  'TlRMTVNTUAACAAAADAAMADgAAAAzgoriASNFZ4mrze8AAAAAAAAAACQAJABEAAAABgBwFwAAAA9TAGUAcgB2AGUAcgACAAwARABvAG0AYQBpAG4AAQAMAFMAZQByAHYAZQByAAAAAAA=';

/**
 * A DATEVconnect on the loopback port, as far as the program's own tests need one: NTLM handshake, two clients, one year, postings on
 * demand. (The sandbox has the rest.)
 */
export async function startFakeDatev() {
  const state = {
    asked: [] as string[],
    postings: 3,
    inside: 0,
    most: 0,
    /** Answers are held back until it resolves. */
    hold: Promise.resolve(),
    broken: null as number | null,
  };
  const server = createServer(async (request, response) => {
    const message = Buffer.from((request.headers.authorization ?? '').replace('NTLM ', ''), 'base64');
    if (message[8] !== 3) {
      response.writeHead(401, { 'www-authenticate': `NTLM ${challenge}` }).end();
      return;
    }
    const path = decodeURIComponent(request.url ?? '').replace('/datev/api', '');
    state.asked.push(path);
    state.most = Math.max(state.most, ++state.inside);
    response.once('close', () => state.inside--);
    await state.hold;
    if (state.broken !== null) response.writeHead(state.broken).end();
    else answer(path, response, state.postings);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  // It listens on TCP.
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state };
}

const years = [
  {
    id: '20240101',
    begin: '2024-01-01T00:00:00+01:00',
    end: '2024-12-31T00:00:00+01:00',
    consultant_number: 29_098,
    client_number: 101,
    account_length: 4,
    account_system: 3,
  },
];

function answer(path: string, response: ServerResponse, postings: number): void {
  const bare = path.replace(/\?.*/, '');
  const clients = [
    { id: guid, number: 10_001, name: 'Muster GmbH' },
    { id: otherGuid, number: 10_002, name: 'Geheim AG' },
  ];
  const known: Record<string, unknown> = {
    '/diagnostics/v1/echo': 'echo',
    '/diagnostics/v1/domains': [{ Key: 'accounting', Value: 'v1' }],
    '/iam/v1/Users/me': { display_name: 'Brücke Leser', active: true },
    '/accounting/v1/clients': clients,
    [`/accounting/v1/clients/${guid}`]: clients[0],
    [`/accounting/v1/clients/${guid}/fiscal-years`]: years,
    '/dms/v2/info': { feature: 'DokAb' },
  };
  const said = bare.endsWith('/account-postings') ? manyPostings(postings) : known[bare];
  response.writeHead(said === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(said === undefined ? '' : JSON.stringify(said));
}

function manyPostings(count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `p${i}`,
    account_number: 44_000_000,
    contra_account_number: 100_000_000,
    date: '2024-03-05T00:00:00.000+01:00',
    amount_debit: i / 100,
    posting_description: 'Müller & Söhne',
  }));
}
