import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildMsi } from '../buildConnector/buildMsi.ts';
import { runTool } from '../buildConnector/runTool.ts';

export const newerVersion = '99.0.0';

/** Installers of the same programs that call themselves newer, from what the build left in `work`: to try upgrading. */
export async function makeNewerInstallers(given: {
  work: string;
  msiSource: string;
  folder: string;
}): Promise<{ msi: string; deb: string }> {
  const msi = join(given.folder, 'newer.msi');
  const programs = join(given.work, 'windows');
  const epoch = 1_767_225_600;
  await buildMsi({ source: given.msiSource, programs, version: newerVersion, signed: false, epoch, target: msi });

  const deb = join(given.folder, 'newer.deb');
  const tree = join(given.folder, 'tree');
  await cp(join(given.work, 'deb'), tree, { recursive: true });
  const control = join(tree, 'DEBIAN/control');
  const text = await readFile(control, 'utf8');
  await writeFile(control, text.replace(/^Version: .*$/m, `Version: ${newerVersion}`));
  await runTool('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, deb]);
  return { msi, deb };
}
