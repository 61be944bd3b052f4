import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function start(...args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the command prints where it listens and whom it knows, answers there, and ends on Ctrl-C', async () => {
  const free = ['port', 'control-port', 'firm-port', 'firm-http-port', 'firm-control-port'].flatMap((name) => [
    `--${name}`,
    '0',
  ]);
  const child = start(...free, '--seed', 'abc');
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes('Ctrl-C stops.')) break;
  }
  const issuer = /Issuer +(\S+)/.exec(text)?.[1] ?? '';
  const control = /Control API +(\S+)/.exec(text)?.[1] ?? '';
  expect(text).toMatch(/client secret +[0-9a-f]{32}/);
  expect(await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()).toMatchObject({ issuer });
  const people: unknown = await (await fetch(`${control}/people`)).json();
  expect(people).toEqual(expect.arrayContaining([expect.objectContaining({ media: ['SmartLogin'] })]));
  const [, firm = '', firmControl = ''] = /NTLM over HTTP +(\S+)\s+control API +(\S+)/.exec(text) ?? [];
  expect((await fetch(`${firm}/datev/api/diagnostics/v1/echo`)).headers.get('www-authenticate')).toContain('NTLM');
  const books: { guid: string; years: unknown[] }[] = await (await fetch(`${firmControl}/books`)).json();
  expect(books.length).toBeGreaterThan(3);
  expect(books.every(({ guid, years }) => text.includes(guid) && years.length === 3)).toBe(true);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('wrong arguments end with 2 and the help', async () => {
  const child = start('--prot', '1');
  let text = '';
  child.stderr.on('data', (chunk) => {
    text += String(chunk);
  });
  expect(await once(child, 'close')).toEqual([2, null]);
  expect(text).toContain('--control-port N');
});

test('the example of the README runs and shows what it says', async () => {
  const { guid, sandbox } = await import('../examples/lost-answer.ts');
  expect(sandbox.control.arrived().map((document) => document.id)).toEqual([guid]);
  expect(sandbox.control.callCounts()).toMatchObject({
    'documents.put 0 cut-after': 1,
    'documents.put 409 DCO01012': 1,
  });
});
