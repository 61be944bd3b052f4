// Calls that end before anything is checked, run inside the test: the bundled program is tried in bin.test.ts.
import { exportSigningKey, exportVerifyKey, signingKeyFromSeed } from '@bruecke/proof';
import { expect, test } from 'vitest';
import { run } from './run.ts';
import type { Files } from './verify.ts';

const key = signingKeyFromSeed(new Uint8Array(32).fill(1));

const contents: ReadonlyMap<string, string> = new Map([
  ['good.json', '{"kind":"bruecke.receipt"}'],
  ['twice.json', '{"kind":"bruecke.receipt","kind":"bruecke.receipt"}'],
  ['broken.json', '{"kind":'],
  ['large.json', ' '.repeat(1024 * 1024 + 1)],
  ['key.pem', exportVerifyKey(key.public)],
  ['private.pem', exportSigningKey(key)],
]);

const files: Files = {
  read: async (path, maxBytes) => {
    const text = contents.get(path);
    if (text === undefined) throw new Error(`no file ${path}`);
    return text.length > maxBytes ? 'too_large' : new TextEncoder().encode(text);
  },
  stream: (path) => {
    throw new Error(`no file ${path}`);
  },
};

async function call(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  let out = '';
  let err = '';
  const code = await run({
    args,
    env,
    files,
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

test.each([
  ['no receipt', ['verify', '--key', 'key.pem'], 'Welche Quittung?'],
  ['no key', ['verify', 'good.json'], 'Dem Schlüssel in der Quittung selbst wird nie vertraut.'],
  ['an empty --key', ['verify', 'good.json', '--key'], '--key braucht einen Wert.'],
  ['an unknown option', ['verify', 'good.json', '--force'], 'Unbekannte Option: --force'],
  ['an unknown command', ['restore'], 'Unbekannter Befehl: restore'],
  ['too many files', ['verify', 'a', 'b', 'c', '--key', 'key.pem'], 'Höchstens eine Quittung'],
  ['a missing receipt', ['verify', 'no.json', '--key', 'key.pem'], 'Quittung nicht lesbar'],
  ['a receipt that is no JSON', ['verify', 'broken.json', '--key', 'key.pem'], 'kein JSON'],
  ['a field that stands twice', ['verify', 'twice.json', '--key', 'key.pem'], 'steht zweimal'],
  ['a missing file', ['verify', 'good.json', 'no.pdf', '--key', 'key.pem'], 'Datei nicht lesbar'],
  ['a receipt of more than a megabyte', ['verify', 'large.json', '--key', 'key.pem'], 'Quittung nicht lesbar'],
  ['a missing key', ['verify', 'good.json', '--key', 'no.pem'], 'Kein öffentlicher'],
  ['a private key', ['verify', 'good.json', '--key', 'private.pem'], 'Kein öffentlicher'],
  ['the key id only', ['verify', 'good.json', '--key', key.public.keyId], 'nicht vollständig'],
])('%s: nothing is checked, status 2, a sentence says why', async (_name, args, sentence) => {
  const { code, out, err } = await call(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(sentence);
});

test.each([
  ['--help', {}, 'Prüft eine Quittung'],
  ['-h', { LANG: 'de_DE.UTF-8' }, 'Prüft eine Quittung'],
  ['help', { LANG: 'C' }, 'Prüft eine Quittung'],
  ['--help', { LANG: 'en_GB.UTF-8' }, 'Checks a receipt'],
  ['--help', { LANG: 'en_GB.UTF-8', LC_ALL: 'de_AT' }, 'Prüft eine Quittung'],
])('%s with %j', async (arg, env, sentence) => {
  const { code, out, err } = await call([arg], env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(sentence);
  // Only what there is.
  expect(out).not.toMatch(/backup|restore/);
});
