import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expectEqual, expectMatch, type Steps } from './steps.ts';
import type { ConnectorMachine } from './sync.ts';
import { startWine, type Wine } from './wine.ts';

export type WindowsParts = {
  version: string;
  /** The installer, and one of the same programs that calls itself newer. */
  installer: string;
  newer: string;
  /** Port of the status page. */
  statusPort: number;
  /** A Verbindungsdatei, to lie beside the installer. */
  connectionFile: string;
  /** What happens once it is installed: synchronisation. */
  whileInstalled: (machine: ConnectorMachine) => Promise<void>;
};

const service = 'BrueckeKonnektor';
const usualAccount = `NT SERVICE\\${service}`;
const programFolder = 'C:\\Program Files\\Bruecke Konnektor';
const otherAccount = 'NT AUTHORITY\\LocalService';

/** The Windows installer under Wine: installed, started, stopped, changed, removed. */
export async function testWindows({ step, notShown }: Steps, parts: WindowsParts): Promise<void> {
  const wine = await startWine();
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-msi-'));
  try {
    const machine = watchMachine(wine, folder);
    await copyFile(parts.installer, join(folder, 'now.msi'));
    await copyFile(parts.newer, join(folder, 'newer.msi'));
    await writeFile(join(folder, 'Verbindungsdatei.bruecke'), parts.connectionFile);
    await installing(step, machine, parts);
    await running(step, machine, parts);
    await parts.whileInstalled(asConnectorMachine(machine));
    await removing(step, machine);
    await upgrading(step, machine);
  } finally {
    await wine.stop();
    await rm(folder, { recursive: true, force: true });
  }
  for (const what of onRealWindowsOnly) notShown(what);
}

const onRealWindowsOnly = [
  'Windows: that DPAPI protects (Wine answers its calls without real protection); SSPI, which the program does not use',
  'Windows: that the virtual account and the privileges taken away are enough; "log on as a service" for an account of a domain',
  'Windows: the access list of the data folder, as Wine does not enforce it',
  'Windows: restart after a failure (Wine keeps the setting and does nothing with it), delayed start, stop when Windows shuts down',
  'Windows: the question for an administrator at a double click; what Windows says of an unsigned installer',
];

type Step = Steps['step'];
type Machine = ReturnType<typeof watchMachine>;

function watchMachine(wine: Wine, folder: string) {
  const programs = join(wine.drive, 'Program Files/Bruecke Konnektor');
  const data = join(wine.drive, 'ProgramData/Bruecke Konnektor');
  const inMenu = 'Microsoft/Windows/Start Menu/Programs';
  // Everybody's (ALLUSERS is 1), and the installing user's, where Wine 8 puts entries in any case.
  const menus = [join(wine.drive, 'ProgramData', inMenu), join(wine.drive, 'users/root/AppData/Roaming', inMenu)];
  const state = async () =>
    /STATE\s+: \d+\s+(\w+)/.exec((await wine.run('sc', 'query', service)).told)?.[1] ?? 'absent';
  const msiexec = async (...args: string[]) => {
    const log = join(folder, 'msiexec.log');
    const { code } = await wine.run('msiexec', ...args, '/qn', '/l*v', windowsPath(log));
    if (code === 0) return code;
    const ended = (await readFile(log, 'latin1')).match(/^.*(?:Return value 3|Return value 0|error).*$/gim) ?? [];
    return `${code}: ${ended.slice(-5).join(' / ')}`;
  };
  return {
    wine,
    programs,
    data,
    menuEntries: async () =>
      (await Promise.all(menus.map((menu) => readdir(menu)))).flat().filter((name) => name.includes('Konnektor')),
    state,
    /** Waits for it: stopping and starting take a moment. */
    async reaches(wanted: string) {
      let found = await state();
      for (let tries = 0; tries < 100 && found !== wanted; tries += 1) {
        await wait(200);
        found = await state();
      }
      expectEqual(found, wanted, 'service');
    },
    account: async () => {
      const { told } = await wine.run('sc', 'qc', service);
      const asked = await wine.run(
        'reg',
        'query',
        `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${service}`,
        '/v',
        'ObjectName',
      );
      return /ObjectName\s+REG_SZ\s+(.+)/.exec(asked.told)?.[1]?.trim() ?? told;
    },
    install: (name: string, ...properties: string[]) => msiexec('/i', windowsPath(join(folder, name)), ...properties),
    remove: (name: string, ...properties: string[]) => msiexec('/x', windowsPath(join(folder, name)), ...properties),
    log: (name: string) => readFile(join(data, 'logs', name), 'utf8'),
    async layFile(name: string, content: string) {
      await writeFile(join(folder, name), content);
      return windowsPath(join(folder, name));
    },
  };
}

function asConnectorMachine({ wine, layFile }: Machine): ConnectorMachine {
  const program = `${programFolder}\\bruecke-connector.exe`;
  return { name: 'Windows', paired: true, connector: (...args) => wine.run(program, ...args), layFile };
}

/** Wine shows the whole machine as drive Z:. */
function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

async function installing(step: Step, machine: Machine, { version }: WindowsParts): Promise<void> {
  await step('Windows: installed silently', async () => {
    expectEqual(await machine.install('now.msi'), 0, 'msiexec');
    const files = ['LICENSES.txt', 'bruecke-connector-service.exe', 'bruecke-connector.exe'];
    expectEqual((await readdir(machine.programs)).sort(), files, 'files');
    expectEqual(await machine.menuEntries(), ['Brücke Konnektor.lnk'], 'start menu');
    return files.join(', ');
  });
  await step('Windows: the one program runs, without Node beside it', async () => {
    const { told } = await machine.wine.run(`${programFolder}\\bruecke-connector.exe`, '--version');
    expectMatch(told, new RegExp(version.replaceAll('.', '[.]')), '--version');
    return told.trim();
  });
  await step('Windows: the service runs under an account of its own', async () => {
    await machine.reaches('RUNNING');
    expectEqual(await machine.account(), usualAccount, 'account');
    return usualAccount;
  });
  await step('Windows: paired by the Verbindungsdatei beside the installer', async () => {
    const log = await machine.log('install.log');
    expectMatch(log, /✓ Gekoppelt/, 'install.log');
    expectMatch(log, /pair with the Verbindungsdatei beside the installer: exit code 0\n/, 'install.log');
    return undefined;
  });
}

async function running(step: Step, machine: Machine, { statusPort }: WindowsParts): Promise<void> {
  await step('Windows: the status page answers on loopback', async () => {
    const answer = await askStatusPage(statusPort);
    return `status ${answer.status}`;
  });
  await step('Windows: stopped in order', async () => {
    await machine.wine.run('sc', 'stop', service);
    await machine.reaches('STOPPED');
    expectMatch(await machine.log('connector.log'), /service: stopped, exit code 0\n$/, 'connector.log');
    return lastLine(await machine.log('connector.log'));
  });
  await step('Windows: started again', async () => {
    await machine.wine.run('sc', 'start', service);
    await machine.reaches('RUNNING');
    return undefined;
  });
  await step('Windows: a program that dies ends the service with an error', async () => {
    await machine.wine.run('taskkill', '/f', '/im', 'bruecke-connector.exe');
    await machine.reaches('STOPPED');
    expectMatch(await machine.log('connector.log'), /the program ended by itself/, 'connector.log');
    const { told } = await machine.wine.run('sc', 'query', service);
    expectMatch(told, /WIN32_EXIT_CODE\s+: 1067 /, 'exit code');
    await machine.wine.run('sc', 'start', service);
    await machine.reaches('RUNNING');
    return 'ERROR_PROCESS_ABORTED, on which Windows starts it again';
  });
  await step('Windows: a double click on a Verbindungsdatei hands it to the program', async () => {
    await machine.wine.run('cmd', '/c', 'start', '/wait', await machine.layFile('keine.bruecke', '{}'));
    const log = await machine.log('install.log');
    // 1: no Verbindungsdatei. With a real one it asks, and nobody is at the keyboard here.
    expectMatch(log, /pair: .*keine[.]bruecke: exit code 1\n/, 'install.log');
    return lastLine(log);
  });
  await step('Windows: the window for commands opens', async () => {
    expectEqual(
      (await machine.wine.run(`${programFolder}\\bruecke-connector-service.exe`, 'console')).code,
      0,
      'exit code',
    );
    return undefined;
  });
}

/** It may need a moment after the service said that it runs. */
async function askStatusPage(port: number): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await fetch(`http://127.0.0.1:${port}/`);
    } catch (error) {
      if (tries === 50) throw error;
      await wait(200);
    }
  }
}

async function removing(step: Step, machine: Machine): Promise<void> {
  await step('Windows: removed, nothing left', async () => {
    expectEqual(await machine.remove('now.msi'), 0, 'msiexec');
    await nothingLeft(machine);
    return undefined;
  });
  await step('Windows: removed while the service runs', async () => {
    expectEqual(await machine.install('now.msi'), 0, 'msiexec');
    await machine.reaches('RUNNING');
    expectEqual(await machine.remove('now.msi'), 0, 'msiexec');
    await nothingLeft(machine);
    return undefined;
  });
  await step('Windows: removed with KEEPDATA=1, the data folder stays', async () => {
    expectEqual(await machine.install('now.msi'), 0, 'msiexec');
    await machine.reaches('RUNNING');
    expectEqual(await machine.remove('now.msi', 'KEEPDATA=1'), 0, 'msiexec');
    expectMatch((await readdir(machine.data)).join(' '), /logs/, 'data folder');
    await rm(machine.data, { recursive: true });
    return undefined;
  });
}

async function nothingLeft(machine: Machine): Promise<void> {
  expectEqual(await machine.state(), 'absent', 'service');
  for (const folder of [machine.programs, machine.data]) {
    const left = await readdir(folder).catch(() => null);
    expectEqual(left, null, folder === machine.data ? 'data folder' : 'program folder');
  }
  expectEqual(await machine.menuEntries(), [], 'start menu');
  const { told } = await machine.wine.run('reg', 'query', 'HKLM\\Software\\Classes\\.bruecke');
  expectEqual(told.includes('Verbindungsdatei'), false, 'file type');
}

async function upgrading(step: Step, machine: Machine): Promise<void> {
  const kept = join(machine.data, 'state', 'pairing.json');
  await step('Windows: installed under a chosen account', async () => {
    expectEqual(await machine.install('now.msi', `SERVICEACCOUNT=${otherAccount}`), 0, 'msiexec');
    await machine.reaches('RUNNING');
    expectEqual(await machine.account(), otherAccount, 'account');
    await mkdir(join(machine.data, 'state'), { recursive: true });
    await writeFile(kept, '{"kept":true}');
    return otherAccount;
  });
  await step('Windows: a newer version keeps pairing and account', async () => {
    expectEqual(await machine.install('newer.msi'), 0, 'msiexec');
    await machine.reaches('RUNNING');
    expectEqual(await machine.account(), otherAccount, 'account');
    expectEqual(await readFile(kept, 'utf8'), '{"kept":true}', 'pairing');
    const { told } = await machine.wine.run(
      'reg',
      'query',
      'HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall',
      '/s',
    );
    expectEqual(told.match(/DisplayVersion\s+REG_SZ\s+\S+/g)?.length, 1, 'installed versions');
    return undefined;
  });
  await step('Windows: an older version is refused', async () => {
    // Anew, as Wine forgets after an upgrade which products belong together.
    expectEqual(await machine.remove('newer.msi'), 0, 'msiexec');
    expectEqual(await machine.install('newer.msi'), 0, 'msiexec');
    await machine.reaches('RUNNING');
    const code = await machine.install('now.msi');
    if (code === 0) throw new Error('it was installed');
    expectEqual(await machine.remove('newer.msi'), 0, 'msiexec');
    await nothingLeft(machine);
    return undefined;
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
