import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needPackages } from './buildConnector/needPackages.ts';
import { runTool } from './buildConnector/runTool.ts';
import type { Installer } from './buildConnector/writeListing.ts';
import { type Hub, startHub } from './testInstallers/hub.ts';
import { testLinux } from './testInstallers/linux.ts';
import { makeNewerInstallers } from './testInstallers/newerInstallers.ts';
import { testSigning } from './testInstallers/signing.ts';
import { countSteps, expectEqual, type Steps } from './testInstallers/steps.ts';
import { testSync } from './testInstallers/sync.ts';
import { testWindows } from './testInstallers/windows.ts';
import { wineProgram } from './testInstallers/wine.ts';

/**
 * `npm run test:installers`: builds the connector's installers and tries them out: the Windows one under Wine, the Debian package on a machine
 * with systemd that is made for it, each paired with a Brücke server and reading from DATEV's sandbox. As root, about six
 * minutes. Says what cannot be shown here and ends with `N passed, N failed`.
 */
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const statusPort = 58_460;

const tools = {
  [wineProgram]: 'wine64',
  Xvfb: 'xvfb',
  osslsigncode: 'osslsigncode',
  openssl: 'openssl',
  'systemd-analyze': 'systemd',
  nsenter: 'util-linux',
  deluser: 'adduser',
};

type Listing = { version: string; files: Installer[] };

async function build(folder: string, epoch: string): Promise<Listing> {
  const environment = { SOURCE_DATE_EPOCH: epoch };
  await runTool(process.execPath, ['--import', 'tsx', 'scripts/buildConnector.ts', folder], {
    folder: root,
    environment,
  });
  // Written by the build just now.
  return JSON.parse(await readFile(join(root, folder, 'installers.json'), 'utf8')) as Listing;
}

async function testBuild({ step }: Steps): Promise<Listing | null> {
  let listing: Listing | null = null;
  // The same for both, also when somebody commits in between.
  const epoch = (await runTool('git', ['log', '-1', '--format=%ct'], { folder: root })).trim();
  await step('both installers built', async () => {
    listing = await build('dist/connector', epoch);
    return listing.files.map(({ name, size }) => `${name} ${(size / 1e6).toFixed(1)} MB`).join(', ');
  });
  await step('built again, byte for byte the same', async () => {
    const again = await build('dist/connector-again', epoch);
    await rm(join(root, 'dist/connector-again'), { recursive: true });
    expectEqual(again, listing, 'installers.json');
    return again.files.map(({ sha256 }) => sha256.slice(0, 16)).join(', ');
  });
  await step('SHA256SUMS fits', async () => {
    await runTool('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { folder: join(root, 'dist/connector') });
    return undefined;
  });
  return listing;
}

/** The server offers them as they are. */
async function testDownload({ step }: Steps, { admin }: Hub, { files }: Listing): Promise<void> {
  await step('the server offers both, unsigned, with their SHA-256', async () => {
    const path = `/firms/${admin.firmId}/connectors/installers`;
    const { installers } = await admin.call<{ installers: Installer[] }>('GET', path);
    const byName = (list: readonly Installer[]) =>
      list.map(({ name, sha256, signed }) => [name, sha256, signed]).sort();
    expectEqual(byName(installers), byName(files), 'installers');
    return undefined;
  });
}

async function main(): Promise<number> {
  if (process.getuid?.() !== 0) throw new Error('As root: it installs packages and starts a machine of its own.');
  await needPackages(tools);
  const steps = countSteps(console.log);
  const listing = await testBuild(steps);
  const pathOf = (system: Installer['system']) => {
    const name = listing?.files.find((file) => file.system === system)?.name;
    if (!name) throw new Error(`no installer for ${system}`);
    return join(root, 'dist/connector', name);
  };
  if (!listing) return steps.finish().failed;

  const folder = await mkdtemp(join(tmpdir(), 'bruecke-installers-'));
  try {
    const { version } = listing;
    const sources = join(root, 'apps/connector/install');
    const work = join(root, 'node_modules/.cache/connector/work');
    const newer = await makeNewerInstallers({ work, msiSource: join(sources, 'windows/product.wxs'), folder });
    const msi = pathOf('windows');
    await testSigning(steps, msi, folder);
    const hub = await startHub(join(root, 'dist/connector'));
    try {
      await testDownload(steps, hub, listing);
      const [first, second] = [await hub.addCase(17), await hub.addCase(23)];
      await testWindows(steps, {
        version,
        installer: msi,
        newer: newer.msi,
        statusPort,
        connectionFile: await hub.newConnectionFile(),
        whileInstalled: (machine) => testSync(steps, hub, machine, first),
      });
      await testLinux(steps, {
        version,
        unit: join(sources, 'linux/bruecke-connector.service'),
        installer: pathOf('linux'),
        newer: newer.deb,
        whileInstalled: (machine) => testSync(steps, hub, machine, second),
      });
    } finally {
      await hub.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return steps.finish().failed;
}

process.exitCode = (await main()) > 0 ? 1 : 0;
