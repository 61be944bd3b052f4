import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import { allEndpoints, api, type Endpoint, problem as problemSchema } from '@bruecke/contract';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { refuse } from '../refusal.ts';
import { createTestServices, type TestServices } from '../testServices.ts';
import { type AppOptions, createApp } from './app.ts';
import { createLiveHub } from './live.ts';
import type { Edge, Route } from './route.ts';

const noDatabase = () => Promise.reject(new Error('not part of this test'));
let app: FastifyInstance | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

type Handled = { services: TestServices; app: FastifyInstance };

/** The route of an endpoint as the border calls it, whatever its answer's type. */
const on = (endpoint: unknown, handle: Route['handle']) => ({ endpoint: endpoint as Endpoint, handle });

/** The border alone: every endpoint is there, those named here answer. Nobody is signed in unless `identify` says so. */
async function start(
  handlers: readonly { endpoint: Endpoint; handle: Route['handle'] }[],
  options: Partial<AppOptions> = {},
): Promise<Handled> {
  const services = createTestServices({ withTenant: noDatabase, withRole: noDatabase });
  const routes = allEndpoints().map(
    ({ endpoint }) => handlers.find((one) => one.endpoint === endpoint) ?? { endpoint, handle: noDatabase },
  );
  app = await createApp({
    services,
    routes,
    identify: async () => null,
    identifyConnector: noDatabase,
    live: createLiveHub({ now: services.now }),
    readiness: { database: noDatabase, blobs: noDatabase, queue: noDatabase },
    trustedProxies: [],
    ...options,
  });
  return { services, app };
}

const signIn = { email: 'anna@example.com', password: 'geheim' };

describe('a database that is away', () => {
  it('answers unavailable, and the log is told', async () => {
    const errors = [
      Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
      Object.assign(new Error('connect ENOENT'), { code: 'ENOENT', syscall: 'connect' }),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      ...['57P01', '57P02', '57P03', '53300', '55P03', '57014', '40P01', '08006'].map((code) =>
        Object.assign(new Error(`SQLSTATE ${code}`), { code }),
      ),
    ];
    const left = [...errors];
    const handle = () => Promise.reject(left.shift());
    const { app, services } = await start([on(api.auth.signIn, handle)]);
    for (const error of errors) {
      const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: signIn });
      expect([error.message, answer.statusCode, answer.json().code]).toEqual([error.message, 503, 'unavailable']);
    }
    expect(services.lines).toEqual(errors.map(({ message }) => expect.stringContaining(message)));
  });

  it('is not what a mistake of ours is taken for', async () => {
    const handle = () => Promise.reject(Object.assign(new Error('no such column'), { code: '42703' }));
    const { app } = await start([on(api.auth.signIn, handle)]);
    const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: signIn });
    expect([answer.statusCode, answer.json().code]).toEqual([500, 'unexpected']);
  });
});

describe('the address of who asks', () => {
  /** What counts as the caller's address when `remote` says that it asks for somebody else. */
  async function seenFrom(remote: string, forwarded: string, trustedProxies: string[]): Promise<string | undefined> {
    const seen: string[] = [];
    const identify: AppOptions['identify'] = async ({ ip }) => {
      seen.push(ip);
      return null;
    };
    const { app } = await start([], { trustedProxies, identify });
    const headers = { 'x-forwarded-for': forwarded, authorization: 'Bearer key' };
    await app.inject({ url: '/api/v1/mandanten', remoteAddress: remote, headers });
    await app.close();
    return seen[0];
  }

  it('is what a proxy on this machine or a named one says, and nobody else', async () => {
    expect(await seenFrom('127.0.0.1', '203.0.113.9', [])).toBe('203.0.113.9');
    expect(await seenFrom('10.0.0.7', '203.0.113.9', [])).toBe('10.0.0.7');
    expect(await seenFrom('10.0.0.7', '203.0.113.9', ['10.0.0.7'])).toBe('203.0.113.9');
    expect(await seenFrom('10.0.0.8', '203.0.113.9', ['10.0.0.7'])).toBe('10.0.0.8');
    expect(await seenFrom('10.0.0.8', '203.0.113.9', ['192.168.0.0/16', '10.0.0.0/24'])).toBe('203.0.113.9');
  });

  it('is the last one that nobody believed in has named: what a caller puts before it counts for nothing', async () => {
    expect(await seenFrom('10.0.0.7', '198.51.100.1, 203.0.113.9', ['10.0.0.7'])).toBe('203.0.113.9');
  });
});

describe('what never becomes a request', () => {
  /** What comes back on a bare connection until the server closes it. */
  async function send(text: string): Promise<string> {
    const { app } = await start([]);
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect({ host: '127.0.0.1', port: Number(port) });
    socket.write(text);
    const answer = await textOf(socket);
    await app.close();
    return answer;
  }

  it.each([
    ['an address that cannot be decoded', 'GET /api/v1/mandanten/%ZZ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
    ['a file name of 20,000 characters', `POST /api/v1/x?name=${'ä'.repeat(20_000)} HTTP/1.1\r\nhost: x\r\n\r\n`],
    ['no HTTP', 'Guten Tag\r\n\r\n'],
    ['two lengths', 'POST /x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n'],
  ])('%s is refused with problem details', async (_, text) => {
    const [head = '', body = ''] = (await send(text)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head.toLowerCase()).toContain('content-type: application/problem+json');
    const problem = JSON.parse(body);
    expect(problem).toMatchObject({ status: 400, code: 'invalid_input', type: 'urn:bruecke:problem:invalid_input' });
    expect(Object.keys(problemSchema.properties)).toEqual(expect.arrayContaining(Object.keys(problem)));
    expect(head).toContain(`x-request-id: ${problem.requestId}`);
  });
});

it('takes a value that only the database refused for bad input, and says nothing of it in the log', async () => {
  for (const code of ['22021', '22P05', '22P02', '22007', '22008']) {
    const handle = () => Promise.reject(Object.assign(new Error('invalid: "geheim"'), { code }));
    const { app, services } = await start([on(api.auth.signIn, handle)]);
    const answer = await app.inject({ method: 'POST', url: '/api/v1/auth/sign-in', payload: signIn });
    expect([code, answer.statusCode, answer.json().code]).toEqual([code, 400, 'invalid_input']);
    expect(services.lines).toHaveLength(1);
    expect(services.lines.join()).not.toContain('geheim');
    await app.close();
  }
});

describe('patience', () => {
  const short = { idle: 100, request: 60_000, look: 20 };
  const upload = '/api/v1/mandanten/0f8fad5b-d9cb-469f-a165-70867728950e/vouchers';
  const query = 'name=a.pdf&uploadId=0f8fad5b-d9cb-469f-a165-70867728950f';
  const identify: AppOptions['identify'] = async () => ({
    userId: 'u',
    name: 'Ina Brandt',
    email: 'ina@example.com',
    language: 'de',
    operator: false,
    session: null,
    apiKey: { id: 'k', mandantId: 'm', rights: ['handIn'] },
  });
  /** Reads the whole body, as the verb would, and has no use for it. */
  const takeAll = async (edge: Edge, sizes: number[] = []): Promise<never> => {
    const parts: Buffer[] = [];
    for await (const part of edge.bytes) parts.push(part);
    sizes.push(Buffer.concat(parts).length);
    throw refuse('file_type_refused');
  };

  /** A connection to the app, what the server has of it, and all that comes back until the server closes it. */
  async function open(app: FastifyInstance, text: string) {
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const accepted = once(app.server, 'connection') as Promise<[Socket]>;
    const client = connect({ host: '127.0.0.1', port: Number(port) });
    client.write(text);
    const [server] = await accepted;
    return { client, server };
  }

  const post = (path: string, length: number, begun: string) =>
    `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${begun}`;
  const signInBegun = post('/api/v1/auth/sign-in', 100, '{"email":');

  it('ends with an upload that stops on its way: it is refused, let go of, and its socket closed', async () => {
    const broken: unknown[] = [];
    const handle: Route['handle'] = ({ edge }) => takeAll(edge).catch((error: unknown) => broken.push(error));
    const { app } = await start([on(api.vouchers.handIn, handle)], { identify, patience: short });
    const { client, server } = await open(app, post(`${upload}?${query}`, 100, '%PDF'));
    const closed = once(server, 'close');
    const answer = await textOf(client);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"code":"upload_incomplete"');
    await closed;
    expect(broken).toHaveLength(1);
  });

  it('ends with any other body that stops on its way', async () => {
    const { app } = await start([], { patience: short });
    const { client } = await open(app, signInBegun);
    const answer = await textOf(client);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_incomplete"');
  });

  it('ends with a request that goes on too long, and not with an upload that does', async () => {
    const patience = { idle: 60_000, request: 50, look: 10 };
    const first = await start([], { patience });
    const { client: slow } = await open(first.app, signInBegun);
    expect(await textOf(slow)).toContain('"code":"request_incomplete"');
    await first.app.close();

    const sizes: number[] = [];
    const { app } = await start([on(api.vouchers.handIn, ({ edge }) => takeAll(edge, sizes))], { identify, patience });
    const late = once(app.server, 'clientError');
    const { client } = await open(app, post(`${upload}?${query}`, 8, '%PDF'));
    expect((await late)[0]).toMatchObject({ code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    client.write('-1.7');
    const [answer] = (await once(client.setEncoding('utf8'), 'data')) as [string];
    expect(answer).toContain('"code":"file_type_refused"');
    expect(sizes).toEqual([8]);
    client.destroy();
  });

  it('has no end while the server itself is at work', async () => {
    let socket: Socket | undefined;
    const handle = async () => {
      // Silent for longer than it may be, twice over.
      for (let times = 0; times < 2; times += 1) if (socket) await once(socket, 'timeout');
      return { state: 'signedIn' };
    };
    const { app } = await start([on(api.auth.signIn, handle)], { patience: short });
    app.server.on('connection', (accepted: Socket) => {
      socket = accepted;
    });
    const body = JSON.stringify(signIn);
    const { client } = await open(app, post('/api/v1/auth/sign-in', body.length, body));
    const [answer] = (await once(client.setEncoding('utf8'), 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    client.destroy();
  });

  it('has no end for live events', async () => {
    const live = createLiveHub({ now: () => new Date() });
    const opened: AppOptions['live']['open'] = async (request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
      reply.raw.write(':open\n\n');
      for (let times = 0; times < 2; times += 1) await once(request.raw.socket, 'timeout');
      reply.raw.end(':still there\n\n');
    };
    const { app } = await start([], { identify, patience: short, live: { ...live, open: opened } });
    const events = allEndpoints().find(({ endpoint }) => endpoint.gives === 'events')?.endpoint.path ?? '';
    const path = `/api/v1${events.replace(/:\w+/g, '0f8fad5b-d9cb-469f-a165-70867728950e')}`;
    const headers = { cookie: '__Host-bruecke=token' };
    const { client } = await open(app, `GET ${path} HTTP/1.1\r\nhost: x\r\ncookie: ${headers.cookie}\r\n\r\n`);
    expect(await textOf(client)).toContain(':still there');
  });

  it('ends with who does not take the answer', async () => {
    const extend: AppOptions['extend'] = async (app) => {
      app.get('/large', async () => Buffer.alloc(64 * 1024 * 1024));
    };
    const { app } = await start([], { patience: short, extend });
    const { client, server } = await open(app, 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(server, 'close');
    client.destroy();
  });

  it('ends with the rest of a refused upload that brings more than any may have, not with one that brings less', async () => {
    const limit = 1024 * 1024;
    const services = createTestServices(
      { withTenant: noDatabase, withRole: noDatabase },
      { settings: { uploadLimitBytes: limit } },
    );
    const refused = on(api.vouchers.handIn, () => Promise.reject(refuse('file_type_refused')));
    const patience = { idle: 60_000, request: 60_000, look: 10 };
    const { app } = await start([refused], { services, identify, patience });
    const { client, server } = await open(app, post(`${upload}?${query}`, limit, 'x'));
    let answers = '';
    client.setEncoding('utf8').on('data', (text: string) => {
      answers += text;
    });
    client.on('error', () => undefined);
    const answered = async (times: number) => {
      while (answers.split('"code":"file_type_refused"').length <= times) await once(client, 'data');
    };
    await answered(1);
    client.write('x'.repeat(limit - 1));
    // The same connection takes the next one.
    client.write(post(`${upload}?${query}`, 1024 * limit, 'x'));
    await answered(2);
    const closed = once(server, 'close');
    const more = () => {
      if (!client.destroyed) client.write('x'.repeat(64 * 1024), more);
    };
    more();
    await closed;
    client.destroy();
  });

  it('asks the network itself whether the other side is still there', async () => {
    const { app } = await start([]);
    expect(app.server).toMatchObject({ keepAlive: true, timeout: 60_000, requestTimeout: 120_000 });
  });
});
