import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../demo/freePort.ts';
import { startRealServer } from '../e2e/realServer.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** A start of the whole server takes 3 s on a quiet machine, ten times that on a crowded one. */
const patient = { timeout: 240_000 };

function layFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'bruecke-main-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  return folder;
}

/** Of a server that does not get to work. */
function runToItsEnd(environment: NodeJS.ProcessEnv) {
  const env = { PATH: process.env['PATH'], PORT: '0', ...environment };
  return spawnSync(process.execPath, ['--import', 'tsx', main], { env, encoding: 'utf8', timeout: 90_000 });
}

it('tells in a sentence why the database cannot be started', patient, () => {
  const dataFolder = layFolder();
  symlinkSync(join(dataFolder, 'gone'), join(dataFolder, 'postgres'));
  const ended = runToItsEnd({ BRUECKE_DATA: dataFolder });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(/^\S+ points to \S+, which does not exist\. .+\n$/);
});

it('tells in a sentence what the machine refuses, and what to do about it', patient, async () => {
  const dataFolder = layFolder();
  writeFileSync(join(dataFolder, 'file'), '');
  const ended = runToItsEnd({ BRUECKE_DATA: join(dataFolder, 'file') });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toMatch(/^Brücke cannot start: EEXIST: .+ '\S+\/file'\. .+ see BRUECKE_DATA, .+\n$/);

  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const second = runToItsEnd({ BRUECKE_DATA: join(dataFolder, 'data'), PORT: String(port) });
  expect(second.stderr).toMatch(/^Brücke cannot listen on 127\.0\.0\.1:\d+: another program does already\. .+\n$/);
});

it('does not take a database from the processes whose secrets it has not', patient, async () => {
  const folder = layFolder();
  const adminPassword = 'a-password-only-for-tests';
  const log = () => undefined;
  const postgres = await startEmbeddedPostgres({ dataFolder: folder, adminPassword, durable: false, log });
  onTestFinished(() => postgres.stop());
  const DATABASE_URL = `postgres://bruecke_admin:${adminPassword}@localhost/bruecke?host=${postgres.admin.host}`;
  const begin = async () =>
    startRealServer({ dataFolder: join(folder, 'first'), port: await freePort(), environment: { DATABASE_URL } });
  const server = await begin();
  onTestFinished(() => server.kill('SIGTERM'));
  const refused = runToItsEnd({ DATABASE_URL, BRUECKE_DATA: join(folder, 'second') });
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/^This database belongs to an installation with other secrets: .+\n$/);
  const another = await begin();
  await another.kill('SIGTERM');
});
