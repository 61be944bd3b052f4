import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './runTool.ts';

/** Compiles the Windows service around the program from the sources in `folder`. Needs nothing but Windows where it runs. */
export async function buildService(folder: string, target: string): Promise<void> {
  const sources = (await readdir(folder)).filter((name) => name.endsWith('.c')).sort();
  const options = ['-std=c11', '-Os', '-s', '-static', '-municode', '-mwindows', '-Wall', '-Wextra', '-Werror'];
  // Windows 10 and Server 2016.
  const windows = ['-D_WIN32_WINNT=0x0A00', '-Wl,--no-insert-timestamp'];
  const libraries = ['-ladvapi32', '-lshell32', '-lole32'];
  await runTool(compiler, [
    ...options,
    ...windows,
    '-o',
    target,
    ...sources.map((name) => join(folder, name)),
    ...libraries,
  ]);
}

export const compiler = 'x86_64-w64-mingw32-gcc';
