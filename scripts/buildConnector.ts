import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rawPublicKey } from '@bruecke/proof';
import { buildDeb } from './buildConnector/buildDeb.ts';
import { buildMsi } from './buildConnector/buildMsi.ts';
import { buildService, compiler } from './buildConnector/buildService.ts';
import { bundleProgram, licenceText } from './buildConnector/bundleProgram.ts';
import { fetchRuntimes } from './buildConnector/fetchRuntimes.ts';
import { needPackages } from './buildConnector/needPackages.ts';
import { nameProgram, packForLinux, packForWindows, prepareBlob } from './buildConnector/packPrograms.ts';
import { readReleaseKey, writeRelease } from './buildConnector/release.ts';
import { runTool } from './buildConnector/runTool.ts';
import { sign } from './buildConnector/sign.ts';
import { describeInstaller, writeListing } from './buildConnector/writeListing.ts';

/**
 * `npm run build:connector`: the connector's installers for Windows (.msi) and Linux (.deb), both on Linux, into dist/connector/ (or the
 * folder given). The same commit gives the same bytes, unless they are signed. About a minute.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const sources = join(root, 'apps/connector/install');
const target = join(root, process.argv[2] ?? 'dist/connector');
const cache = join(root, 'node_modules/.cache/connector');
/** Arguments of osslsigncode; absent: unsigned. */
const signing = process.env['BRUECKE_CONNECTOR_SIGNING'] || null;

/** PEM file of the Ed25519 key that signs updates; absent: the program takes none. */
const releaseKeyFile = process.env['BRUECKE_CONNECTOR_RELEASE_KEY'] || null;

const tools = {
  [compiler]: 'gcc-mingw-w64-x86-64-win32',
  wixl: 'wixl',
  msibuild: 'msitools',
  faketime: 'faketime',
  strip: 'binutils',
  'dpkg-deb': 'dpkg',
  ...(signing ? { osslsigncode: 'osslsigncode' } : {}),
};

async function readVersion(): Promise<string> {
  // The connector's own package.json.
  const about = JSON.parse(await readFile(join(root, 'apps/connector/package.json'), 'utf8')) as { version: string };
  if (!/^\d+[.]\d+[.]\d+$/.test(about.version))
    throw new Error(`Windows Installer needs a version of three numbers: ${about.version}`);
  return about.version;
}

/** Of the commit, so that building it again gives the same bytes. */
async function readEpoch(): Promise<number> {
  const given = process.env['SOURCE_DATE_EPOCH'];
  const text = given || (await runTool('git', ['log', '-1', '--format=%ct'], { folder: root }));
  const epoch = Number(text);
  if (!Number.isInteger(epoch) || epoch <= 0) throw new Error(`Not seconds since 1970: ${text.trim()}`);
  return epoch;
}

async function say<T>(what: string, step: Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const result = await step;
  console.log(`${what.padEnd(28)} ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
  return result;
}

async function build(): Promise<void> {
  await needPackages(tools);
  const version = await readVersion();
  const epoch = await readEpoch();
  const work = join(cache, 'work');
  const windows = join(work, 'windows');
  await rm(work, { recursive: true, force: true });
  await mkdir(windows, { recursive: true });
  await mkdir(target, { recursive: true });

  const runtimes = await say('Node for both systems', fetchRuntimes(cache));
  const releaseKey = await readReleaseKey(releaseKeyFile);
  const bundle = await say(
    'bundle',
    bundleProgram(root, 'apps/connector/src/main.ts', releaseKey && rawPublicKey(releaseKey.public)),
  );
  const licences = join(work, 'LICENSES.txt');
  await writeFile(licences, await licenceText(root, bundle, runtimes.licence));
  const blob = await prepareBlob(work, bundle.code, runtimes.linux);

  const program = join(work, 'bruecke-connector');
  await say('program for Linux', packForLinux(runtimes, blob, program));
  const deb = `bruecke-connector_${version}_amd64.deb`;
  const debParts = { sources: join(sources, 'linux'), tree: join(work, 'deb'), program, licences };
  await say('Debian package', buildDeb({ ...debParts, version, epoch, target: join(target, deb) }));

  const fileName = 'bruecke-connector.exe';
  const inner = join(windows, fileName);
  await say(
    'program for Windows',
    packForWindows(runtimes, blob, inner, { version, description: 'Brücke Konnektor', fileName }),
  );
  const serviceName = 'bruecke-connector-service.exe';
  const service = join(windows, serviceName);
  await buildService(join(sources, 'windows'), service);
  await nameProgram(service, { version, description: 'Brücke Konnektor (Dienst)', fileName: serviceName });
  await copyFile(licences, join(windows, 'LICENSES.txt'));
  for (const path of [inner, service]) await sign(path, signing);
  const msi = `bruecke-connector-${version}-x64.msi`;
  const msiParts = { source: join(sources, 'windows/product.wxs'), programs: windows, signed: signing !== null };
  await say('Windows installer', buildMsi({ ...msiParts, version, epoch, target: join(target, msi) }));
  await sign(join(target, msi), signing);

  const files = [
    await describeInstaller(target, { name: msi, system: 'windows', version, signed: signing !== null }),
    await describeInstaller(target, { name: deb, system: 'linux', version, signed: false }),
  ];
  await writeListing(target, version, files);
  if (releaseKey) await writeRelease(target, version, bundle.code, releaseKey);
  for (const { name, size, sha256, signed } of files)
    console.log(
      `${relative(root, join(target, name))}  ${(size / 1e6).toFixed(1)} MB  ${sha256}${signed ? '  signed' : ''}`,
    );
  if (!signing) console.log('Not signed: Windows will warn. How to sign: docs/operating.md, Konnektor.');
}

await build();
