import { expect, test } from 'vitest';
import { parseArgs } from './args.ts';

const parse = (line: string) => parseArgs(line.split(' ').filter((word) => word !== ''));
const none = { url: null, user: null, passwordFile: null, passwordStdin: false };

test('each command with what belongs to it', () => {
  for (const name of ['run', 'status', 'doctor', 'clients', 'unpair'] as const) {
    expect(parse(name)).toEqual({ ok: true, command: { name } });
  }
  expect(parse('')).toEqual({ ok: true, command: { name: 'help' } });
  expect(parse('--version')).toEqual({ ok: true, command: { name: 'version' } });
  expect(
    parse(
      'install --file a.bruecke --fingerprint=ABCD --datev-url https://d:58452 --datev-user K\\u --datev-password-stdin',
    ),
  ).toEqual({
    ok: true,
    command: {
      name: 'install',
      file: 'a.bruecke',
      fingerprint: 'ABCD',
      datev: { url: 'https://d:58452', user: 'K\\u', passwordFile: null, passwordStdin: true },
    },
  });
  expect(parse('datev')).toEqual({ ok: true, command: { name: 'datev', datev: none } });
  expect(parse('release B2D5A0C1-0000-4000-8000-00000000000A')).toEqual({
    ok: true,
    command: { name: 'release', guids: ['b2d5a0c1-0000-4000-8000-00000000000a'] },
  });
});

test('what is no call, and a password as an argument', () => {
  for (const line of [
    'fly',
    'run fast',
    'install',
    'install --file',
    'release',
    'release 10001',
    'datev x',
    'doctor --file a',
    'install --file a --x',
  ]) {
    expect([line, parse(line).ok]).toEqual([line, false]);
  }
  for (const line of ['datev --datev-password=x', 'datev --datev-password x']) {
    expect(parse(line)).toMatchObject({ ok: false, problem: expect.stringContaining('Kennwort') });
  }
});
