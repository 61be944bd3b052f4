import { chmod, copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NtExecutable, NtExecutableResource, Resource } from 'resedit';
import type { Runtimes } from './fetchRuntimes.ts';
import { runTool } from './runTool.ts';

/** Node looks for its program under this name, once the mark in the executable says that there is one (Node 22, single executables). */
const blobName = 'NODE_SEA_BLOB';
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** What Windows shows of a program. `description` is its name in the task manager. */
export type Identity = { version: string; description: string; fileName: string };

/** Path of the bundle in the form that Node's executables carry inside. No snapshot and no code cache: those belong to one system. */
export async function prepareBlob(folder: string, code: string, node: string): Promise<string> {
  await writeFile(join(folder, 'program.cjs'), code);
  const config = { main: 'program.cjs', output: 'program.blob', disableExperimentalSEAWarning: true };
  await writeFile(join(folder, 'program.json'), JSON.stringify(config));
  await runTool(node, ['--experimental-sea-config', 'program.json'], { folder });
  return join(folder, 'program.blob');
}

/** Node for Linux with the program inside, without its symbols (125 → 107 MB). */
export async function packForLinux(runtimes: Runtimes, blob: string, target: string): Promise<void> {
  await copyFile(runtimes.linux, target);
  await chmod(target, 0o755);
  await runTool('strip', [target]);
  // As a program of its own, as it writes a dozen warnings about section names to the console that mean nothing here.
  const postject = join(dirname(fileURLToPath(import.meta.resolve('postject'))), 'cli.js');
  await runTool(process.execPath, [postject, target, blobName, blob, '--sentinel-fuse', fuse]);
}

/**
 * Node for Windows with the program inside, and with a name and version of its own. The signature of Node's makers is left out, as it
 * would not hold.
 */
export async function packForWindows(
  runtimes: Runtimes,
  blob: string,
  target: string,
  identity: Identity,
): Promise<void> {
  const executable = NtExecutable.from(await readFile(runtimes.windows), { ignoreCert: true });
  const resources = NtExecutableResource.from(executable);
  name(resources, identity);
  const neutral = { lang: 0, codepage: 0 };
  resources.entries.push({ type: rawData, id: blobName, ...neutral, bin: new Uint8Array(await readFile(blob)).buffer });
  resources.outputResource(executable);
  const bytes = Buffer.from(executable.generate());
  lightFuse(bytes);
  await writeFile(target, bytes);
}

/** RT_RCDATA. */
const rawData = 10;

/** Gives a Windows program its name and version, in place. */
export async function nameProgram(path: string, identity: Identity): Promise<void> {
  const executable = NtExecutable.from(await readFile(path));
  const resources = NtExecutableResource.from(executable);
  name(resources, identity);
  resources.outputResource(executable);
  await writeFile(path, Buffer.from(executable.generate()));
}

function name(resources: NtExecutableResource, identity: Identity): void {
  const [present] = Resource.VersionInfo.fromEntries(resources.entries);
  const about = present ?? Resource.VersionInfo.createEmpty();
  // US English, UTF-16: the block that Node's has, and the one that Windows falls back to.
  const language = { lang: 1033, codepage: 1200 };
  about.lang = language.lang;
  const [major = 0, minor = 0, patch = 0] = identity.version.split('.').map(Number);
  about.setFileVersion(major, minor, patch, 0, language.lang);
  about.setProductVersion(major, minor, patch, 0, language.lang);
  about.setStringValues(language, {
    CompanyName: 'Brücke',
    ProductName: 'Brücke Konnektor',
    ProductVersion: identity.version,
    FileVersion: identity.version,
    FileDescription: identity.description,
    OriginalFilename: identity.fileName,
    InternalName: identity.fileName.replace(/[.]exe$/, ''),
    LegalCopyright: 'AGPL-3.0-or-later; Node.js contributors and others, see LICENSES.txt',
  });
  about.outputToResourceEntries(resources.entries);
}

/** Sets the mark from 0 to 1; there must be exactly one. */
function lightFuse(bytes: Buffer): void {
  const mark = `${fuse}:0`;
  const place = bytes.indexOf(mark);
  if (place < 0 || bytes.indexOf(mark, place + 1) >= 0) throw new Error('node.exe: not one mark for a program inside');
  bytes.write('1', place + mark.length - 1, 'latin1');
}
