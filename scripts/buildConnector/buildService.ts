import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './runTool.ts';

/** Compiles the Windows service around the program from the sources in `folder`. Needs nothing but Windows where it runs. */
export async function buildService(folder: string, target: string): Promise<void> {
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.c')).sort();
  const options = ['-std=c11', '-Os', '-s', '-static', '-municode', '-mwindows', '-Wall', '-Wextra', '-Werror'];
  // Windows 10 and Server 2016.
  const windows = ['-D_WIN32_WINNT=0x0A00', '-Wl,--no-insert-timestamp'];
  const identity = `-DSERVICE_SID=L"${serviceSid('BrueckeKonnektor')}"`;
  const libraries = ['-ladvapi32', '-lshell32', '-lole32', '-lcrypt32'];
  await runTool(compiler, [
    ...options,
    ...windows,
    identity,
    '-o',
    target,
    ...sources.map((name) => join(folder, name)),
    ...libraries,
  ]);
}

export const compiler = 'x86_64-w64-mingw32-gcc';

/** The identity that Windows gives to a service of this name (as `sc showsid` prints it): SHA-1 of the name in capitals, UTF-16. */
export function serviceSid(name: string): string {
  const digest = createHash('sha1').update(name.toUpperCase(), 'utf16le').digest();
  return `S-1-5-80-${[0, 4, 8, 12, 16].map((place) => digest.readUInt32LE(place)).join('-')}`;
}
