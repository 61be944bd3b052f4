import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import pins from '../../apps/connector/install/runtime.json' with { type: 'json' };
import { runTool } from './runTool.ts';

/** Node's programs and its licence, unpacked. */
export type Runtimes = { version: string; linux: string; windows: string; licence: string };

/**
 * Fetches Node for both systems from the npm registry, in the pinned version, and refuses anything that has not the pinned SHA-512.
 * `cache` keeps the archives.
 */
export async function fetchRuntimes(cache: string): Promise<Runtimes> {
  const linux = await unpack(cache, pins.packages.linux);
  const windows = await unpack(cache, pins.packages.windows);
  return {
    version: pins.version,
    linux: join(linux, 'bin/node'),
    windows: join(windows, 'bin/node.exe'),
    licence: join(linux, 'LICENSE'),
  };
}

async function unpack(cache: string, pin: { name: string; integrity: string }): Promise<string> {
  const archive = join(cache, `${pin.name}-${pins.version}.tgz`);
  const known = await integrityOf(archive).catch(() => null);
  if (known !== pin.integrity) {
    await rm(archive, { force: true });
    await mkdir(cache, { recursive: true });
    await runTool('npm', ['pack', '--silent', '--pack-destination', cache, `${pin.name}@${pins.version}`]);
    const fetched = await integrityOf(archive);
    if (fetched !== pin.integrity) throw new Error(`${archive} has ${fetched}, pinned is ${pin.integrity}`);
  }
  const folder = join(cache, pin.name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await runTool('tar', ['-xzf', archive, '-C', folder, '--strip-components=1', '--exclude=package/include']);
  return folder;
}

async function integrityOf(path: string): Promise<string> {
  const hash = createHash('sha512').update(await readFile(path));
  return `sha512-${hash.digest('base64')}`;
}
