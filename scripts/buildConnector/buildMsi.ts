import { createHash } from 'node:crypto';
import { copyFile, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './runTool.ts';

export type Msi = {
  /** WiX source. */
  source: string;
  /** Folder with what it installs. */
  programs: string;
  version: string;
  /** Said in the package's comments. */
  signed: boolean;
  /** Seconds since 1970: when it says that it was made. */
  epoch: number;
  target: string;
};

/** Properties that an administrator may give. Only those named here reach the part of msiexec that runs as SYSTEM. */
const publicProperties = ['SERVICEACCOUNT', 'SERVICEPASSWORD', 'KEEPDATA'];

/**
 * Builds the Windows installer. The same inputs give the same bytes: wixl takes the time from libfaketime, and its random package code and
 * what it does not know are put right afterwards.
 */
export async function buildMsi(msi: Msi): Promise<void> {
  // wixl knows relative paths only.
  const inside = 'installer.msi';
  await copyFile(msi.source, join(msi.programs, 'product.wxs'));
  await writeFile(join(msi.programs, 'codepage.idt'), '\r\n\r\n1252\t_ForceCodepage\r\n');
  // The cabinet holds their times.
  for (const name of await readdir(msi.programs)) await utimes(join(msi.programs, name), msi.epoch, msi.epoch);
  const variables = {
    ProductCode: uuidOf(`product ${msi.version}`),
    Version: msi.version,
    Signed: msi.signed ? 'signed' : 'unsigned',
  };
  const defines = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]);
  const at = (command: string, args: string[]) => runAt(msi, command, args);
  await at('wixl', ['-a', 'x64', ...defines, '-o', inside, 'product.wxs']);
  // Texts are in Windows-1252, which wixl writes but does not say.
  await at('msibuild', [inside, '-i', 'codepage.idt']);
  await query(
    at,
    inside,
    `UPDATE \`Property\` SET \`Value\` = '${await secureProperties(at, inside)}'
    WHERE \`Property\` = 'SecureCustomProperties'`,
  );
  for (const file of ['ProgramFile', 'ServiceFile'])
    await query(
      at,
      inside,
      `UPDATE \`File\` SET \`Version\` = '${msi.version}.0', \`Language\` = '1033' WHERE \`File\` = '${file}'`,
    );
  const code = uuidOf(`package ${msi.version} ${await digestOf(msi.programs)}`);
  await at('msibuild', [inside, '-s', `Brücke Konnektor ${msi.version}`, 'Brücke', 'x64;1031', `{${code}}`]);
  await copyFile(join(msi.programs, inside), msi.target);
  await rm(join(msi.programs, inside));
}

type At = (command: string, args: string[]) => Promise<string>;

function runAt(msi: Msi, command: string, args: string[]): Promise<string> {
  const time = new Date(msi.epoch * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const environment = { LC_ALL: 'C.UTF-8', TZ: 'UTC' };
  return runTool('faketime', ['-f', time, command, ...args], { folder: msi.programs, environment });
}

function query(at: At, file: string, statement: string): Promise<string> {
  return at('msibuild', [file, '-q', statement.replace(/\s+/g, ' ')]);
}

async function secureProperties(at: At, file: string): Promise<string> {
  const table = await at('msiinfo', ['export', file, 'Property']);
  const own = /^SecureCustomProperties\t(\S+)/m.exec(table)?.[1];
  if (!own) throw new Error('wixl wrote no SecureCustomProperties');
  return [own, ...publicProperties].join(';');
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of ['product.wxs', 'bruecke-connector.exe', 'bruecke-connector-service.exe', 'LICENSES.txt'])
    hash.update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

/** A version 5 UUID (RFC 9562) of a name in our own namespace, in capitals as Windows Installer wants them. */
export function uuidOf(name: string): string {
  const namespace = Buffer.from('9c1c3e0b6d5e4c539b395b1c1b8a5a41', 'hex');
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
