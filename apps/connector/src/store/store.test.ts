import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testWorld } from '../../test/testWorld.ts';
import { openDoneOrders } from './doneOrders.ts';
import { StoreError, writeText } from './files.ts';
import { foldersFor } from './folders.ts';
import { byDpapi, byFileMode, runProtector } from './protection.ts';
import { readReleased, releaseClients, withdrawClient } from './released.ts';
import { openSecrets } from './secrets.ts';
import { readSettings } from './settings.ts';

test('folders by system, or both in one of one’s own', () => {
  expect(foldersFor('linux', {})).toEqual({ config: '/etc/bruecke-connector', state: '/var/lib/bruecke-connector' });
  expect(foldersFor('win32', { ProgramData: 'D:\\Data' })).toEqual({
    config: 'D:\\Data\\Bruecke Konnektor\\config',
    state: 'D:\\Data\\Bruecke Konnektor\\state',
  });
  expect(foldersFor('linux', { BRUECKE_CONNECTOR_HOME: '/x' })).toEqual({ config: '/x/config', state: '/x/state' });
});

test('secrets are readable by their owner only, also where a file lay open before', async () => {
  const { folders } = await testWorld();
  const secrets = openSecrets(folders, byFileMode);
  await secrets.write('datevPassword', Buffer.from('geheim'));
  const path = join(folders.state, 'secrets', 'datevPassword');
  await chmod(path, 0o666);
  await secrets.write('datevPassword', Buffer.from('geheim: ß'));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folders.state, 'secrets'))).mode & 0o777).toBe(0o700);
  expect((await secrets.read('datevPassword'))?.toString()).toBe('geheim: ß');
  await secrets.remove('datevPassword');
  expect(await secrets.read('datevPassword')).toBeNull();
});

test('on Windows the secret is kept as the program beside gives it back, and is asked back from it', async () => {
  const asked: string[] = [];
  const protection = byDpapi(async (verb, input) => {
    asked.push(verb);
    return Buffer.from(Buffer.from(input, 'base64').map((byte) => byte ^ 0x55)).toString('base64');
  });
  const { folders } = await testWorld();
  const secrets = openSecrets(folders, protection);
  await secrets.write('datevPassword', Buffer.from('geheim'));
  const kept = await readFile(join(folders.state, 'secrets', 'datevPassword'), 'utf8');
  expect(Buffer.from(kept, 'base64').toString()).not.toContain('geheim');
  expect((await secrets.read('datevPassword'))?.toString()).toBe('geheim');
  expect((await secrets.read('datevPassword'))?.toString()).toBe('geheim');
  // Not once for each order: every time is a process.
  expect(asked).toEqual(['protect', 'reveal']);
});

test('the program beside gets the secret by stdin; its arguments, which everybody can see, are a verb', async () => {
  const { folders } = await testWorld();
  await mkdir(folders.state, { recursive: true });
  const program = join(folders.state, 'beside.sh');
  await writeFile(program, '#!/bin/sh\necho "$@ $(cat)"\n', { mode: 0o755 });
  expect(await runProtector(program)('protect', 'Z2VoZWlt')).toBe('protect Z2VoZWlt\n');
  await writeFile(program, '#!/bin/sh\nexit 3\n');
  await expect(runProtector(program)('reveal', 'x')).rejects.toThrow('3');
});

test('the list of released clients: once each, in lower case; a broken file is an error and not an empty list', async () => {
  const { folders } = await testWorld();
  const one = { guid: 'b2d5a0c1-0000-4000-8000-00000000000a', number: '1', name: 'A', releasedAt: '' };
  expect(await readReleased(folders)).toEqual([]);
  await releaseClients(folders, [one]);
  await releaseClients(folders, [{ ...one, name: 'B' }]);
  expect(await readReleased(folders)).toEqual([one]);
  // Another command, between two orders: a list of the same length, in the same moment.
  const other = { ...one, guid: one.guid.replace('a0c1', 'a0c2') };
  await writeText(join(folders.config, 'released.json'), `${JSON.stringify([other], null, 2)}\n`);
  expect(await readReleased(folders)).toEqual([other]);
  await writeText(join(folders.config, 'released.json'), `${JSON.stringify([one], null, 2)}\n`);
  expect(await withdrawClient(folders, one.guid.toUpperCase())).toBe(true);
  expect(await withdrawClient(folders, one.guid)).toBe(false);
  await writeText(join(folders.config, 'released.json'), '[{"guid":"*"}]');
  await expect(readReleased(folders)).rejects.toThrow(StoreError);
});

test('settings may be written by hand: what is left out is filled in, what is wrong is named', async () => {
  const { folders } = await testWorld();
  expect(await readSettings(folders)).toEqual({ statusPort: 58_460, update: { on: false } });
  await mkdir(folders.config, { recursive: true });
  const path = join(folders.config, 'settings.json');
  await writeFile(path, '\uFEFF{"proxy":"http://proxy:3128"}');
  expect(await readSettings(folders)).toEqual({
    proxy: 'http://proxy:3128',
    statusPort: 58_460,
    update: { on: false },
  });
  for (const wrong of ['{', '{"statusPort":"x"}', '{"update":{"on":"yes"}}']) {
    await writeFile(path, wrong);
    await expect(readSettings(folders)).rejects.toThrow(path);
  }
});

test('orders begun are remembered across restarts until they have expired', async () => {
  const { folders } = await testWorld();
  const order = { id: 'a', attempt: 1, expiresAt: '2026-03-02T09:00:00.000Z' };
  const done = await openDoneOrders(folders, new Date('2026-03-02T08:00:00Z'));
  await done.add(order);
  expect([done.has(order), done.has({ ...order, attempt: 2 })]).toEqual([true, false]);
  const again = await openDoneOrders(folders, new Date('2026-03-02T08:59:00Z'));
  expect(again.has(order)).toBe(true);
  const later = await openDoneOrders(folders, new Date('2026-03-02T09:00:01Z'));
  expect(later.has(order)).toBe(false);
  expect(await readFile(join(folders.state, 'orders.log'), 'utf8')).toBe('');
  expect(await readdir(folders.state)).toEqual(['orders.log']);
});
