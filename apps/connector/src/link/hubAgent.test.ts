import { execFile } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttp } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TlsPin } from '@bruecke/contract';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { ca, elsewhere, hub, otherCa, own, own2, stranger } from '../../test/certificates.ts';
import { createHubAgent } from './hubAgent.ts';
import { createSender } from './hubRequest.ts';
import { linkErrorOf } from './linkError.ts';

const servers: Record<string, { server: Server; url: string }> = {};
let requests = 0;

beforeAll(async () => {
  for (const [name, identity] of Object.entries({ hub, stranger, elsewhere, own, own2 })) {
    // The CA lies beside the stranger's leaf, as somebody would do who wants its key to be found in the chain.
    const cert =
      name === 'stranger' ? `${identity.cert}\n${ca}` : name === 'hub' ? `${identity.cert}\n${ca}` : identity.cert;
    const server = createServer({ key: identity.key, cert }, (_request, response) => {
      requests++;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // It listens on TCP.
    servers[name] = { server, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }
});
afterAll(async () => {
  for (const { server } of Object.values(servers)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
beforeEach(() => {
  requests = 0;
});

const url = (name: string) => servers[name]?.url ?? '';
const pinOf = (pem: string) =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
const spki = (...pems: string[]): TlsPin => ({ kind: 'spki', sha256: pems.map(pinOf) });

async function ask(server: string, tls: TlsPin, proxy: string | null = null): Promise<number | string> {
  const agent = createHubAgent(server, tls, proxy);
  try {
    const call = { path: '/', headers: {}, body: Buffer.from('{}'), signal: AbortSignal.timeout(20_000) };
    return (await createSender(server, agent)(call)).status;
  } catch (thrown) {
    return linkErrorOf(thrown).code;
  } finally {
    agent.destroy();
  }
}

/** The same in a process that trusts the test's CAs as if they were the system's. */
async function askTrusting(cas: string, server: string, tls: TlsPin): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-cas-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'cas.pem');
  await writeFile(file, cas);
  const child = new URL('../../test/hubChild.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', child, server, JSON.stringify(tls)],
    {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: file },
    },
  );
  return stdout.trim();
}

test('a leaf that signed itself: let through when its own key is pinned, and only then', async () => {
  expect(await ask(url('own'), spki(own.cert))).toBe(200);
  expect(await ask(url('own2'), spki(own.cert))).toBe('serverCertificateWrong');
  expect(requests).toBe(1);
});

test('CAs in place of the system’s: theirs for this address is let through, others’ and another address are not', async () => {
  expect(await ask(url('hub'), { kind: 'ca', pem: ca })).toBe(200);
  expect(await ask(url('hub'), { kind: 'ca', pem: otherCa })).toBe('serverCertificateWrong');
  expect(await ask(url('stranger'), { kind: 'ca', pem: ca })).toBe('serverCertificateWrong');
  expect(await ask(url('elsewhere'), { kind: 'ca', pem: ca })).toBe('serverCertificateWrong');
  expect(requests).toBe(1);
});

test('a pinned CA does not take the place of the usual verification', async () => {
  expect(await ask(url('hub'), spki(ca))).toBe('serverCertificateWrong');
  expect(requests).toBe(0);
});

test('verified as usual, and with the pinned key above the leaf: not the one of another CA that is trusted as well', async () => {
  const trusted = `${ca}\n${otherCa}`;
  expect(await askTrusting(trusted, url('hub'), spki(ca))).toBe('200');
  expect(await askTrusting(trusted, url('stranger'), spki(ca))).toBe('serverCertificateWrong');
  expect(await askTrusting(trusted, url('elsewhere'), spki(ca))).toBe('serverCertificateWrong');
  expect(requests).toBe(1);
});

test('through a proxy: it sees the address and nothing else, and the certificate is looked at all the same', async () => {
  const asked: string[] = [];
  const proxy = createHttp();
  proxy.on('connect', (request, socket, head) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? ''}`);
    if (request.headers['proxy-authorization'] === undefined) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) one.on('error', () => {});
    // Closed with the other one, whichever comes first.
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  // It listens on TCP.
  const { port } = proxy.address() as AddressInfo;
  const withUser = `http://user:secret@127.0.0.1:${port}`;
  expect(await ask(url('own'), spki(own.cert), withUser)).toBe(200);
  expect(await ask(url('own2'), spki(own.cert), withUser)).toBe('serverCertificateWrong');
  expect(await ask(url('own'), spki(own.cert), `http://127.0.0.1:${port}`)).toBe(407);
  expect(requests).toBe(1);
  expect(asked[0]).toBe(`${url('own').replace('https://', '')} Basic ${Buffer.from('user:secret').toString('base64')}`);
});

test('nobody there, no such name, and something that speaks no TLS', async () => {
  const plain = createHttp((_request, response) => response.end());
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  // It listens on TCP.
  const { port } = plain.address() as AddressInfo;
  expect(await ask(`https://127.0.0.1:${port}`, spki(own.cert))).toBe('serverCertificateWrong');
  await new Promise((resolve) => plain.close(resolve));
  expect(await ask(`https://127.0.0.1:${port}`, spki(own.cert))).toBe('hubUnreachable');
  expect(await ask('https://no-such-host.invalid', spki(own.cert))).toBe('hubNameUnknown');
});
