import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { createStatus } from './live.ts';
import { html, statusPage } from './page.ts';
import { serveStatus } from './serve.ts';

const now = () => new Date('2026-03-02T08:00:00Z');

async function served() {
  const status = createStatus('1.2.0', now, () => {});
  status.error('datevCertificateWrong', '<img src=x onerror=alert(1)>');
  status.order({ kind: 'readPostings', clientGuid: guid, result: 'failed', code: 'unauthorised', rows: 3, calls: 1 });
  const page = async () =>
    statusPage({
      live: status.live(),
      machine: 'DATEV-SRV-01',
      pairing: null,
      settings: { statusPort: 1, update: { on: false } },
      released: [{ guid, number: '10001', name: 'Muster GmbH', releasedAt: '2026-03-02' }],
    });
  const server = await serveStatus(0, page);
  onTestFinished(server.close);
  return { port: Number(new URL(server.url).port), status };
}
const guid = 'b2d5a0c1-0000-4000-8000-00000000000a';

function ask(port: number, given: { method?: string; path?: string; host?: string; address?: string } = {}) {
  return new Promise<{ status: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const { method = 'GET', path = '/', host = `127.0.0.1:${port}`, address = '127.0.0.1' } = given;
    request({ method, path, port, host: address, headers: { host } }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text) => {
        body += text;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 0, body, headers: answer.headers }));
    })
      .once('error', reject)
      .end();
  });
}

test('a page without scripts, in German, that names clients by number only', async () => {
  const { port } = await served();
  const { status, body, headers } = await ask(port);
  expect(status).toBe(200);
  expect(body).toContain('Nicht gekoppelt');
  expect(body).toContain('10001');
  expect(body).not.toContain('Muster GmbH');
  expect(body).toContain('Kontobuchungen');
  expect(body).toContain('Windows lehnt die Anmeldung ab');
  expect(body).not.toMatch(/<script|<img|<form|https?:\/\/(?!www)/i);
  expect(body).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(headers['access-control-allow-origin']).toBeUndefined();
  expect(headers['cache-control']).toBe('no-store');
});

test('a name that was made to point here does not reach it', async () => {
  const { port } = await served();
  expect((await ask(port, { host: `localhost:${port}` })).status).toBe(200);
  for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port}.evil.example`]) {
    expect((await ask(port, { host })).status).toBe(421);
  }
});

test('nothing can be changed through it', async () => {
  const { port } = await served();
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask(port, { method })).status).toBe(405);
  expect((await ask(port, { path: '/other' })).status).toBe(404);
});

test('from the network nobody reaches it', async () => {
  const { port } = await served();
  const outer = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  // A machine without a network has nobody to keep out.
  if (outer === undefined) return;
  await expect(ask(port, { address: outer.address })).rejects.toThrow('ECONNREFUSED');
});

test('text stays text', () => {
  expect(html(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
});

test('an error is told until it was heard, and once more when it comes once more', async () => {
  const { status } = await served();
  const first = status.untold();
  expect(first.error?.code).toBe('datevCertificateWrong');
  status.error('orderForeignKey', null);
  first.told();
  const second = status.untold();
  expect(second.error?.code).toBe('orderForeignKey');
  second.told();
  expect(status.untold().error).toBeNull();
  status.set({ datev: { code: 'unavailable', detail: null, at: '' } });
  expect(status.untold().error?.code).toBe('unavailable');
});
