import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { readOptions } from './options.ts';

const read = (...args: string[]) => readOptions(args, { from: tmpdir(), port: undefined });

it('takes what the help names', () => {
  expect(read()).toEqual({ port: 8080, journey: undefined, fresh: false });
  expect(read('--port', '9000', '--fresh')).toEqual({ port: 9000, journey: undefined, fresh: true });
  expect(read('--journey', '.')).toMatchObject({ journey: tmpdir() });
  expect(read('--help')).toMatchObject({ say: expect.stringContaining('--journey FOLDER'), code: 0 });
});

it('says in one sentence what is wrong, before anything starts', () => {
  const wrong = (what: string) => ({ say: expect.stringMatching(new RegExp(`^${what}.*\\n\\nnpm run demo`)), code: 2 });
  expect(read('--port', 'abc')).toEqual(wrong('not a port: abc'));
  expect(read('--port', '99999')).toEqual(wrong('not a port: 99999'));
  expect(readOptions([], { from: '/', port: 'x' })).toEqual(wrong('not a port: x'));
  expect(read('--jurney')).toEqual(wrong("Unknown option '--jurney'"));
  expect(read('--journey', 'is/not/there')).toEqual(wrong(`no folder: ${tmpdir()}/is/not/there`));
});
