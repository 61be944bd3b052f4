import { createHash } from 'node:crypto';
import { releasePurpose } from '@bruecke/contract';
import { rawPublicKey, type SigningKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { expect, test } from 'vitest';
import { testWorld } from '../../test/testWorld.ts';
import type { Link } from '../link/link.ts';
import { createStatus } from '../status/live.ts';
import { writeText } from '../store/files.ts';
import type { World } from '../world.ts';
import { fetchUpdate } from './fetchUpdate.ts';
import { chooseProgram, type Trial } from './launch.ts';
import { keepPending, readVersions } from './versions.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 3));
const releaseKey = rawPublicKey(key.public);

function releaseOf(version: string, program: string, by: SigningKey = key) {
  const bytes = Buffer.from(program);
  const content = { version, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  return { ...content, signature: signFor(releasePurpose, content, by) };
}

/** A hub that offers this. */
function offering(release: unknown, program: string): { link: Link; asked: (string | null)[] } {
  const asked: (string | null)[] = [];
  const postJson: Link['postJson'] = async (_path, body) => {
    const { wanted } = Object(body);
    asked.push(wanted);
    return { ok: true, json: { release, program: wanted === null ? null : Buffer.from(program).toString('base64') } };
  };
  return { link: { postJson, post: async () => ({ ok: true, json: null }) }, asked };
}

const status = (world: World) => createStatus(world.version, world.now, () => {});
const signal = new AbortController().signal;

test('a newer version, signed by the release key, is fetched and waits for its trial', async () => {
  const world = await testWorld({ releaseKey });
  const { link } = offering(releaseOf('1.3.0', 'new'), 'new');
  expect(await fetchUpdate(world, link, status(world), signal)).toBe(true);
  expect((await readVersions(world.folders)).pending).toMatchObject({ version: '1.3.0' });
});

test('one that another key signed, the instance’s for one, is refused and told; its program is not even fetched', async () => {
  const world = await testWorld({ releaseKey });
  const seen = status(world);
  const { link, asked } = offering(releaseOf('1.3.0', 'new', signingKeyFromSeed(Buffer.alloc(32, 7))), 'new');
  expect(await fetchUpdate(world, link, seen, signal)).toBe(false);
  expect(asked).toEqual([null]);
  expect(seen.live().lastError?.code).toBe('updateForeignKey');
  expect((await readVersions(world.folders)).pending).toBeNull();
});

test('another program than the signed one is refused and told', async () => {
  const world = await testWorld({ releaseKey });
  const seen = status(world);
  const { link } = offering(releaseOf('1.3.0', 'new'), 'evil');
  expect(await fetchUpdate(world, link, seen, signal)).toBe(false);
  expect(seen.live().lastError?.code).toBe('updateForeignKey');
});

test('an older or the same version is no update, and nothing is one for a build without a release key', async () => {
  const world = await testWorld({ releaseKey });
  for (const version of ['1.2.0', '1.1.9']) {
    const seen = status(world);
    expect(await fetchUpdate(world, offering(releaseOf(version, 'x'), 'x').link, seen, signal)).toBe(false);
    expect(seen.live().lastError).toBeNull();
  }
  const without = await testWorld();
  expect(await fetchUpdate(without, offering(releaseOf('1.3.0', 'x'), 'x').link, status(without), signal)).toBe(false);
  expect(await fetchUpdate(without, offering(null, 'x').link, status(without), signal)).toBe(false);
});

/** Trials that end like this, one after the other. */
function trials(...ends: boolean[]) {
  const tried: string[] = [];
  let stopped = 0;
  const tryOut = (path: string): Trial => {
    tried.push(path);
    return { cameUp: Promise.resolve(ends.shift() ?? false), stop: async () => void stopped++ };
  };
  return { tryOut, tried, stopped: () => stopped };
}

async function kept(world: World, version: string) {
  const program = `program ${version}`;
  await keepPending(world.folders, releaseOf(version, program), Buffer.from(program));
}

test('a version that comes up takes over, also at the next start; a later one takes its place', async () => {
  const world = await testWorld({ releaseKey });
  await kept(world, '1.3.0');
  const { tryOut, tried, stopped } = trials(true, true);
  const first = await chooseProgram({ world, tryOut });
  expect(first).toMatchObject({ path: expect.stringContaining('1.3.0'), rolledBack: false });
  expect(stopped()).toBe(1);
  expect(await chooseProgram({ world, tryOut })).toEqual(first);
  await kept(world, '1.4.0');
  expect((await chooseProgram({ world, tryOut })).path).toContain('1.4.0');
  expect(tried).toHaveLength(2);
});

test('one that does not come up is rolled back and never tried again', async () => {
  const world = await testWorld({ releaseKey });
  await kept(world, '1.3.0');
  const { tryOut, tried } = trials(true, false);
  const before = await chooseProgram({ world, tryOut });
  await kept(world, '1.4.0');
  expect(await chooseProgram({ world, tryOut })).toEqual({ path: before.path, rolledBack: true });
  expect(await chooseProgram({ world, tryOut })).toEqual({ path: before.path, rolledBack: false });
  const seen = status(world);
  expect(await fetchUpdate(world, offering(releaseOf('1.4.0', 'x'), 'x').link, seen, signal)).toBe(false);
  expect(tried).toHaveLength(2);
});

test('a trial that took the machine down is not repeated after it', async () => {
  const world = await testWorld({ releaseKey });
  await kept(world, '1.3.0');
  const never: Trial = { cameUp: new Promise(() => {}), stop: async () => {} };
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const tryOut = () => {
    begun();
    return never;
  };
  void chooseProgram({ world, tryOut });
  await isBegun;
  const { tryOut: after, tried } = trials(true);
  expect(await chooseProgram({ world, tryOut: after })).toEqual({ path: null, rolledBack: false });
  expect(tried).toEqual([]);
});

test('what was changed on disk, and what an installed program has overtaken, is not run', async () => {
  const world = await testWorld({ releaseKey });
  await kept(world, '1.3.0');
  const { tryOut } = trials(true);
  const { path } = await chooseProgram({ world, tryOut });
  if (path === null) throw new Error('no program');
  expect(await chooseProgram({ world: { ...world, version: '1.3.0' }, tryOut })).toMatchObject({ path: null });
  await writeText(path, 'program 1.3.0 changed');
  expect(await chooseProgram({ world, tryOut })).toMatchObject({ path: null });
});

test('a version older than the one that runs takes nothing back, though its signature holds', async () => {
  const world = await testWorld({ releaseKey });
  await kept(world, '1.4.0');
  const { tryOut, tried } = trials(true, true);
  const before = await chooseProgram({ world, tryOut });
  for (const older of ['1.3.0', '1.4.0']) {
    await kept(world, older);
    expect(await chooseProgram({ world, tryOut })).toEqual(before);
  }
  expect(tried).toHaveLength(1);
  // The version that runs asks the hub with its own number, not with that of the installed program.
  const running = { ...world, version: '1.4.0' };
  const { link, asked } = offering(releaseOf('1.3.0', 'x'), 'x');
  expect(await fetchUpdate(running, link, status(running), signal)).toBe(false);
  expect(asked).toEqual([null]);
});

test('a program that arrived in part is refused and told, and nothing waits for a trial', async () => {
  const world = await testWorld({ releaseKey });
  for (const part of ['ne', '']) {
    const seen = status(world);
    expect(await fetchUpdate(world, offering(releaseOf('1.3.0', 'new'), part).link, seen, signal)).toBe(false);
    expect(seen.live().lastError?.code).toBe('updateForeignKey');
  }
  expect((await readVersions(world.folders)).pending).toBeNull();
});
