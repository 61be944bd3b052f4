import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runTool } from './runTool.ts';

export type Deb = {
  /** The sources: control, maintainer scripts, unit, command. */
  sources: string;
  /** Emptied and used. */
  tree: string;
  program: string;
  licences: string;
  version: string;
  /** Seconds since 1970; every file gets this time. */
  epoch: number;
  target: string;
};

/** Puts the Debian package together. The same inputs give the same bytes: order, owners, times and compression are fixed. */
export async function buildDeb(deb: Deb): Promise<void> {
  await rm(deb.tree, { recursive: true, force: true });
  const source = (name: string) => join(deb.sources, name);
  const files: [from: string, to: string, mode: number][] = [
    [deb.program, 'usr/lib/bruecke-connector/bruecke-connector', 0o755],
    [source('bruecke-connector'), 'usr/bin/bruecke-connector', 0o755],
    [source('bruecke-connector.service'), 'usr/lib/systemd/system/bruecke-connector.service', 0o644],
    [deb.licences, 'usr/share/doc/bruecke-connector/copyright', 0o644],
    [source('postinst'), 'DEBIAN/postinst', 0o755],
    [source('prerm'), 'DEBIAN/prerm', 0o755],
    [source('postrm'), 'DEBIAN/postrm', 0o755],
  ];
  for (const [from, to, mode] of files) await place(from, join(deb.tree, to), mode);

  const installed = files.map(([, to]) => to).filter((to) => !to.startsWith('DEBIAN/'));
  const control = (await readFile(source('control'), 'utf8'))
    .replace('@VERSION@', deb.version)
    .replace('@INSTALLED_KB@', String(await kilobytes(deb.tree, installed)));
  await write(join(deb.tree, 'DEBIAN/control'), control);
  await write(join(deb.tree, 'DEBIAN/md5sums'), await digests(deb.tree, installed.sort()));
  await fixFolderModes(deb.tree);

  // gzip: any dpkg unpacks it, and its bytes do not depend on the number of processors as those of xz do.
  const options = ['--root-owner-group', '-Zgzip', '-z6'];
  const environment = { SOURCE_DATE_EPOCH: String(deb.epoch) };
  await runTool('dpkg-deb', [...options, '--build', deb.tree, deb.target], { environment });
}

async function place(from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, mode);
}

async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o644);
}

/** Whatever the umask of whoever builds. */
async function fixFolderModes(tree: string): Promise<void> {
  const entries = await readdir(tree, { recursive: true, withFileTypes: true });
  await chmod(tree, 0o755);
  for (const entry of entries) if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
}

async function kilobytes(tree: string, names: string[]): Promise<number> {
  let bytes = 0;
  for (const name of names) bytes += (await stat(join(tree, name))).size;
  return Math.ceil(bytes / 1024);
}

async function digests(tree: string, names: string[]): Promise<string> {
  let text = '';
  for (const name of names) {
    const digest = createHash('md5')
      .update(await readFile(join(tree, name)))
      .digest('hex');
    text += `${digest}  ${name}\n`;
  }
  return text;
}
