import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { httpServer, httpsServer, resettingServer } from '../../test/servers.ts';
import { echo } from '../diagnostics.ts';
import { createSession } from '../session.ts';
import { lookAtCertificate } from './certificate.ts';
import { openTransport, type TransportSettings } from './openTransport.ts';

const basic = { kind: 'basic', user: 'KANZLEI\\brücke', password: 'geheim: ß' } as const;
const ntlm = { ...basic, kind: 'ntlm' } as const;

function settings(given: Partial<TransportSettings>): TransportSettings {
  return {
    origin: 'http://localhost:1',
    pin: null,
    credentials: ntlm,
    timeoutMs: 300,
    now: () => 0,
    randomBytes: (length) => Buffer.alloc(length, 7),
    ...given,
  };
}

async function kindOfEcho(given: Partial<TransportSettings>) {
  const transport = openTransport(settings(given));
  const answer = await echo(createSession({ send: transport.send }));
  transport.close();
  return answer.ok ? 'ok' : answer.failure.kind;
}

test('Basic over https with the pinned key: the credentials arrive in UTF-8, the connection is kept', async () => {
  const seen: (string | undefined)[] = [];
  const ports = new Set<number | undefined>();
  const origin = await httpsServer((request, response) => {
    seen.push(request.headers.authorization, request.headers.accept);
    ports.add(request.socket.remotePort);
    response.end('"echo"');
  });
  const { pin, subject } = await lookAtCertificate(origin);
  expect(subject).toBe('CN=datev-server-one');
  const transport = openTransport(settings({ origin, pin, credentials: basic }));
  const session = createSession({ send: transport.send });
  for (let i = 0; i < 3; i++) expect(await echo(session)).toEqual({ ok: true, value: 'echo' });
  transport.close();
  const expected = `Basic ${Buffer.from('KANZLEI\\brücke:geheim: ß', 'utf8').toString('base64')}`;
  expect(new Set(seen)).toEqual(new Set([expected, 'application/json; charset=utf-8']));
  expect(ports.size).toBe(1);
});

test('a server with another key than the pinned one gets not a byte of the request', async () => {
  let requests = 0;
  const listener = () => void requests++;
  const pinned = await lookAtCertificate(await httpsServer(listener, 'one'));
  const other = await httpsServer(listener, 'two');
  expect(await kindOfEcho({ origin: other, pin: pinned.pin, credentials: basic })).toBe('certificateWrong');
  expect(requests).toBe(0);
});

test('plain http where TLS is expected is a wrong certificate', async () => {
  const origin = (await httpServer((_request, response) => response.end())).replace('http:', 'https:');
  expect(await kindOfEcho({ origin, pin: 'x', credentials: basic })).toBe('certificateWrong');
});

test('what would show password or data to the network is refused before anything is sent', () => {
  const refused: Partial<TransportSettings>[] = [
    { origin: 'http://192.168.1.10:58454' },
    { origin: 'http://datev-server:58454' },
    { origin: 'http://localhost:58454', credentials: basic },
    { origin: 'https://localhost:58452', credentials: basic },
    { origin: 'ftp://localhost' },
  ];
  for (const given of refused) expect(() => openTransport(settings(given))).toThrow(TypeError);
});

test('NTLM: the handshake keeps to one connection, two calls at once to two', async () => {
  const challenge = Buffer.from(
    '4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef000000000000000024002400440000000600' +
      '70170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000',
    'hex',
  );
  const greeted = new Set<unknown>();
  let authenticated = 0;
  const origin = await httpServer((request, response) => {
    const message = Buffer.from(/^NTLM (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '', 'base64');
    if (message[8] === 3 && greeted.has(request.socket)) {
      authenticated++;
      response.end('"echo"');
      return;
    }
    greeted.add(request.socket);
    response.writeHead(401, { 'www-authenticate': ['Negotiate', `NTLM ${challenge.toString('base64')}`] });
    response.end('<html>401</html>');
  });
  const transport = openTransport(settings({ origin }));
  const session = createSession({ send: transport.send });
  const answers = await Promise.all([echo(session), echo(session), echo(session)]);
  transport.close();
  expect(answers.map((answer) => answer.ok)).toEqual([true, true, true]);
  expect({ authenticated, connections: greeted.size }).toEqual({ authenticated: 3, connections: 2 });
});

test('each way of not answering has its kind', async () => {
  const closed = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => closed.once('listening', resolve));
  const address = closed.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await new Promise((resolve) => closed.close(resolve));
  expect(await kindOfEcho({ origin: `http://127.0.0.1:${port}` })).toBe('connectionRefused');
  expect(await kindOfEcho({ origin: await resettingServer() })).toBe('connectionReset');
  expect(await kindOfEcho({ origin: await httpServer(() => {}) })).toBe('timedOut');
  const silentHalfWay = await httpServer((_request, response) => response.write('"ec'));
  expect(await kindOfEcho({ origin: silentHalfWay })).toBe('timedOut');
  const cut = await httpServer((request, response) => response.write('"ec', () => request.socket.resetAndDestroy()));
  expect(await kindOfEcho({ origin: cut })).toBe('cut');
  expect(await kindOfEcho({ origin: 'https://no-such-host.invalid', pin: 'x', credentials: basic })).toBe(
    'unreachable',
  );
});

test('a kept connection that the server closed meanwhile is replaced', async () => {
  let requests = 0;
  const origin = await httpServer((request, response) => {
    requests++;
    response.end('"echo"', () => request.socket.resetAndDestroy());
  });
  const transport = openTransport(settings({ origin }));
  const session = createSession({ send: transport.send });
  for (let i = 0; i < 3; i++) expect((await echo(session)).ok).toBe(true);
  transport.close();
  expect(requests).toBe(3);
});

test('the caller’s signal breaks a call off, before and while it runs', async () => {
  const origin = await httpServer((_request, response) => response.write('"ec'));
  const transport = openTransport(settings({ origin, timeoutMs: 60_000 }));
  const stop = new AbortController();
  const session = createSession({ send: transport.send, signal: stop.signal });
  const running = echo(session);
  setImmediate(() => stop.abort());
  expect(await running).toMatchObject({ ok: false, failure: { kind: 'cancelled' } });
  expect(await echo(session)).toMatchObject({ ok: false, failure: { kind: 'cancelled' } });
  transport.close();
});
