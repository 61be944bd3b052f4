import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function start(...args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the command prints where it listens and whom it knows, answers there, and ends on Ctrl-C', async () => {
  const child = start('--port', '0', '--control-port', '0', '--seed', 'abc');
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
