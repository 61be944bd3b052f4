import { randomBytes } from 'node:crypto';
import { createOnPremSandbox, type OnPremServer, serveOnPrem } from '@bruecke/datev-sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getCurrentUser } from '../diagnostics.ts';
import { createSession } from '../session.ts';
import { lookAtCertificate } from './certificate.ts';
import { openTransport } from './openTransport.ts';

/** Both ways in, each against a server that checks the proof, not against one that believes it. */
const sandbox = createOnPremSandbox({ user: 'KANZLEI\\brücke', password: 'geheim: ß', books: [] });
let server: OnPremServer;
beforeAll(async () => {
  server = await serveOnPrem(sandbox, { clock: () => 1_764_316_800_000 });
});
afterAll(() => server.close());

async function outcome(origin: 'origin' | 'httpOrigin', kind: 'basic' | 'ntlm', user: string, password: string) {
  const pin = origin === 'origin' ? (await lookAtCertificate(server.origin)).pin : null;
  const transport = openTransport({
    origin: server[origin],
    credentials: { kind, user, password },
    pin,
    timeoutMs: 5_000,
    now: () => 1_764_316_800_000,
    randomBytes,
  });
  const session = createSession({ send: transport.send });
  const answers = await Promise.all([1, 2, 3].map(() => getCurrentUser(session)));
  transport.close();
  return new Set(answers.map((answer) => (answer.ok ? answer.value.displayName : answer.failure.kind)));
}

const { user, password } = sandbox;

test('NTLM over http and https, Basic over https', async () => {
  expect(await outcome('httpOrigin', 'ntlm', user, password)).toEqual(new Set(['brücke']));
  expect(await outcome('origin', 'ntlm', user, password)).toEqual(new Set(['brücke']));
  expect(await outcome('origin', 'basic', user, password)).toEqual(new Set(['brücke']));
  // Names know no case; a machine may leave the domain out.
  expect(await outcome('httpOrigin', 'ntlm', 'kanzlei\\BRÜCKE', password)).toEqual(new Set(['brücke']));
  expect(await outcome('httpOrigin', 'ntlm', 'brücke', password)).toEqual(new Set(['brücke']));
});

test('a wrong password, user or domain is refused either way', async () => {
  const wrong = new Set(['unauthorised']);
  expect(await outcome('httpOrigin', 'ntlm', user, 'Geheim: ß')).toEqual(wrong);
  expect(await outcome('httpOrigin', 'ntlm', 'KANZLEI\\andere', password)).toEqual(wrong);
  expect(await outcome('httpOrigin', 'ntlm', 'FREMD\\brücke', password)).toEqual(wrong);
  expect(await outcome('origin', 'basic', user, 'geheim')).toEqual(wrong);
});
