import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openFolder } from './folder.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { type SandboxServer, serve } from './serve.ts';
import { authorizeUrl, basic, GUID, PDF, START, uploadForm, VERIFIER, WORLD } from './test-kit.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function started(sandbox: Sandbox): Promise<SandboxServer> {
  const server = await serve(sandbox);
  open.push(() => server.close());
  return server;
}

/** The way of a program that knows nothing but the addresses: control for the sign-in, sockets for the rest. */
async function tokenOver(server: SandboxServer): Promise<string> {
  const { search } = new URL(authorizeUrl());
  const signIn = await control(server, 'POST', '/sign-in', {
    authorizeUrl: `${server.issuer}/authorize${search}`,
    person: 'anja',
  });
  const redirect = /"redirect":"([^"]+)"/.exec(await signIn.text())?.[1] ?? '';
  const response = await fetch(`${server.origin}/token`, {
    method: 'POST',
    headers: { authorization: basic('app-1', 'geheim:mit Sonderzeichen+%') },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(redirect).searchParams.get('code') ?? '',
      redirect_uri: 'https://bruecke.example/callback',
      code_verifier: VERIFIER,
    }),
  });
  return /"access_token":"([^"]+)"/.exec(await response.text())?.[1] ?? '';
}

function control(server: SandboxServer, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(server.controlUrl + path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function put(server: SandboxServer, token: string, bytes: Uint8Array = PDF, name = 'Rechnung.pdf'): Promise<Response> {
  return fetch(`${server.settings.accountingDocumentsUrl}/clients/29098-101/documents/${GUID}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'x-datev-client-id': 'app-1' },
    body: uploadForm({ bytes, name }),
  });
}

test('over sockets: discovery names this very address, an upload arrives, control tells its hash', async () => {
  const sandbox = createSandbox({ seed: 1, clock: () => START, world: WORLD });
  const server = await started(sandbox);
  const discovery = await fetch(`${server.issuer}/.well-known/openid-configuration`);
  expect(await discovery.json()).toMatchObject({ issuer: server.issuer, token_endpoint: `${server.origin}/token` });

  const token = await tokenOver(server);
  expect((await put(server, token)).status).toBe(201);
  const arrived: unknown = await (await control(server, 'GET', '/arrived?clientId=29098-101')).json();
  expect(arrived).toMatchObject([
    { id: GUID, files: [{ size: PDF.length, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }] },
  ]);
  expect(await (await control(server, 'GET', '/arrived?after=1')).json()).toEqual([]);
  expect(await (await control(server, 'GET', '/arrived/count')).json()).toEqual({ count: 1 });
  expect((await fetch(`${server.origin}/arrived`)).status).toBe(404);
});

test('a cut connection is a cut socket; what was processed is there', async () => {
  const sandbox = createSandbox({ seed: 1, clock: () => START, world: WORLD });
  const server = await started(sandbox);
  const token = await tokenOver(server);
  await control(server, 'POST', '/faults', {
    operation: 'documents.put',
    effect: { kind: 'cut', when: 'after' },
    times: 1,
  });
  await expect(put(server, token)).rejects.toThrow(TypeError);
  expect(sandbox.control.arrivedCount()).toBe(1);
  expect((await put(server, token)).status).toBe(409);
  await control(server, 'POST', '/faults', {
    operation: 'documents',
    effect: { kind: 'cut', when: 'during' },
    times: 1,
  });
  const half = await put(server, token);
  await expect(half.text()).rejects.toThrow(TypeError);
});

test('20 MB pass, more is refused, and 30 MB are read to the end without being kept', async () => {
  const server = await started(createSandbox({ seed: 1, clock: () => START, world: WORLD }));
  const token = await tokenOver(server);
  const pdf = (size: number): Buffer => Buffer.concat([PDF, Buffer.alloc(size - 2 * PDF.length), PDF]);
  const tooLarge = await put(server, token, pdf(20 * 1024 * 1024 + 1));
  expect(await tooLarge.json()).toMatchObject({ error: '#DCO01216' });
  expect(await (await put(server, token, pdf(30 * 1024 * 1024))).json()).toMatchObject({ error: '#DCO01216' });
  expect((await put(server, token, pdf(20 * 1024 * 1024))).status).toBe(201);
});

test('every control act over HTTP, and a sentence for each wrong input', async () => {
  const sandbox = createSandbox({ seed: 1, clock: () => START, world: WORLD });
  const server = await started(sandbox);
  const json = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    (await control(server, method, path, body)).json();
  expect(await json('POST', '/clock', { advance: 1000 })).toEqual({
    now: START + 1000,
    iso: '2026-11-24T08:00:01.000Z',
  });
  expect(await json('PATCH', '/clients/29098-101', { belegfreigabe: true })).toMatchObject({ belegfreigabe: true });
  expect(await json('PUT', '/people/nina/rights/29098-101', { rights: ['documents'] })).toEqual({});
  expect(sandbox.control.world().people.at(-1)?.access).toEqual({ '29098-101': ['documents'] });
  expect(await json('POST', '/clients', { consultantNumber: 29098, clientNumber: 200, name: 'Neu GmbH' })).toEqual({});
  expect(await json('PATCH', '/switches', { typing: 'schema' })).toMatchObject({ typing: 'schema' });
  await tokenOver(server);
  expect(await json('POST', '/tokens/expire', { which: 'access' })).toEqual({ sessions: 1 });
  expect(await json('POST', '/tokens/revoke', { filter: { person: 'anja' } })).toEqual({ sessions: 1 });
  expect(await json('POST', '/faults', { effect: { kind: 'delay', milliseconds: 5 }, share: 0.5 })).toEqual({
    id: 'fault-1',
  });
  expect(await json('GET', '/faults')).toHaveLength(1);
  expect(await json('DELETE', '/faults/fault-1', {})).toEqual({});
  expect(await json('GET', '/faults')).toEqual([]);

  expect(await json('POST', '/faults', { effect: { kind: 'cut', when: 'sometimes' } })).toEqual({
    error: 'missing or wrong: effect.when',
  });
  expect(await json('PATCH', '/switches', { typing: 'wild' })).toEqual({ error: 'missing or wrong: switch typing' });
  expect(await json('PUT', '/people/nobody/rights/1-1', { rights: [] })).toEqual({
    error: 'no person nobody in this world',
  });
  // A slip of the pen would otherwise change nothing, hit nothing, or hit more than was meant.
  const cut = { kind: 'cut', when: 'after' };
  const slips: [string, string, unknown, string][] = [
    ['POST', '/faults', { operation: 'documents.putt', effect: cut }, 'no operation documents.putt'],
    ['POST', '/faults', { operation: ['documents.put', 'doc'], effect: cut }, 'no operation doc'],
    ['POST', '/faults', { clientId: '29098-9', effect: cut }, 'no client 29098-9 in this world'],
    ['POST', '/faults', { effect: cut, time: 1 }, 'missing or wrong: fault: no field time'],
    ['POST', '/faults', { effect: { ...cut, retryAfter: 5 } }, 'missing or wrong: effect: no field retryAfter'],
    ['PATCH', '/clients/29098-101', { belegFreigabe: true }, 'missing or wrong: client: no field belegFreigabe'],
    ['POST', '/tokens/revoke', { person: 'anja' }, 'missing or wrong: tokens: no field person'],
    ['POST', '/tokens/revoke', { filter: { persn: 'anja' } }, 'missing or wrong: filter: no field persn'],
    ['PUT', '/people/anja/rights/29098-9', { rights: ['documents'] }, 'no client 29098-9 in this world'],
  ];
  for (const [method, path, body, error] of slips) expect(await json(method, path, body)).toEqual({ error });
  for (const operation of [
    'documents',
    'login.token',
    'login.token.refresh',
    'documents.clients',
    'login.connected-apps',
  ])
    expect(await json('POST', '/faults', { operation, effect: cut, times: 1 })).toHaveProperty('id');
  const simple = await fetch(`${server.controlUrl}/reset`, { method: 'POST' });
  expect(simple.status).toBe(415);
  expect((await control(server, 'POST', '/reset', {})).status).toBe(200);
  expect(sandbox.control.world()).toEqual(WORLD);
});

test('a folder brings documents and tokens over a restart, even after a torn last line', async () => {
  const path = mkdtempSync(join(tmpdir(), 'datev-sandbox-'));
  open.push(() => rmSync(path, { recursive: true }));
  const boot = (): { sandbox: Sandbox; documents: number } => {
    const folder = openFolder(path);
    const sandbox = createSandbox({ seed: 1, clock: () => START, world: WORLD, ...folder.hooks });
    return { sandbox, ...folder.attach(sandbox) };
  };
  const server = await started(boot().sandbox);
  const token = await tokenOver(server);
  expect((await put(server, token)).status).toBe(201);

  // Not closed in between: as after a crash.
  const log = join(path, 'documents.ndjson');
  writeFileSync(log, `${readFileSync(log, 'utf8')}{"number":2,"cli`);
  const again = boot();
  expect(again.documents).toBe(1);
  const second = await started(again.sandbox);
  expect((await put(second, token)).status).toBe(409);
  expect(await (await put(second, token)).text()).toContain('DCO01012');

  again.sandbox.control.reset();
  expect(boot().documents).toBe(0);
});
