import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { expect, it } from 'vitest';
import { readTlsChain } from './tlsChain.ts';

const file = (name: string) => readFileSync(new URL(`../test/certificates/${name}`, import.meta.url), 'utf8');
const raw = (name: string) => new X509Certificate(file(name)).raw;

async function served<T>(server: Server, work: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

it('reads the chain that a server shows, leaf first, and says that this machine does not trust it', async () => {
  const cert = file('leaf.pem') + file('issuing.pem');
  const found = await served(createTlsServer({ cert, key: file('leaf.key') }), (port) =>
    readTlsChain({ host: '127.0.0.1', port }),
  );
  expect(found.trusted).toBe(false);
  expect(found.chain.map((der) => der.toString('hex'))).toEqual(
    [raw('leaf.pem'), raw('issuing.pem')].map((der) => der.toString('hex')),
  );
});

it('reads a leaf that signed itself', async () => {
  const options = { cert: file('self-signed.pem'), key: file('self-signed.key') };
  const found = await served(createTlsServer(options), (port) => readTlsChain({ host: 'localhost', port }));
  expect(found.chain.map((der) => der.equals(raw('self-signed.pem')))).toEqual([true]);
  expect(found.trusted).toBe(false);
});

it('rejects where nobody speaks TLS, or nobody is there', async () => {
  const plain = createServer((socket) => {
    // The other side hangs up on what it does not understand.
    socket.on('error', () => undefined);
    socket.resume().end('no TLS here');
  });
  const port = await served(plain, async (open) => {
    await expect(readTlsChain({ host: '127.0.0.1', port: open })).rejects.toThrow();
    return open;
  });
  await expect(readTlsChain({ host: '127.0.0.1', port })).rejects.toThrow();
});
