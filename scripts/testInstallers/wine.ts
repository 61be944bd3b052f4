import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const wineProgram = '/usr/lib/wine/wine64';

export type Finished = { code: number; told: string };
export type Wine = {
  /** Folder of drive C:. */
  drive: string;
  /** Runs a Windows program to its end, which it has a minute for. */
  run: (command: string, ...args: string[]) => Promise<Finished>;
  stop: () => Promise<void>;
};

/** A Windows of its own in an empty folder, as version 10, which Node 22 asks for, with a screen that nobody sees. */
export async function startWine(): Promise<Wine> {
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-wine-'));
  const prefix = join(folder, 'prefix');
  const screen = await startScreen();
  const env = { ...process.env, WINEPREFIX: prefix, WINEDEBUG: '-all', DISPLAY: screen.name, LC_ALL: 'C.UTF-8' };
  const run = (command: string, ...args: string[]) => runWine(env, folder, command, args);
  await run('wineboot', '--init');
  await run('reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f');
  // What runs already still believes in the old version.
  await endServer(env);
  // Wine ends with its last program, services and all, and starts them again with the next: one that stays holds it up.
  const holder = spawn(wineProgram, ['cmd'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise<void>((resolve) => holder.on('close', () => resolve()));
  return {
    drive: join(prefix, 'drive_c'),
    run,
    async stop() {
      await endServer(env);
      await ended;
      await screen.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Without one, programs in a console window cannot write. */
async function startScreen(): Promise<{ name: string; stop: () => Promise<void> }> {
  const child = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const number = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.trim()));
    void ended.then(() => reject(new Error('Xvfb ended')));
  });
  return {
    name: `:${number}`,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** Ends all programs of this Windows; true ends are waited for (-w). */
async function endServer(env: NodeJS.ProcessEnv): Promise<void> {
  for (const option of ['-k', '-w']) {
    const server = spawn('/usr/lib/wine/wineserver', [option], { env, stdio: 'ignore' });
    await new Promise<void>((resolve) => server.on('close', () => resolve()));
  }
}

/** Output goes through a file: Node's pipes are sockets, which Wine's programs cannot write to, and services would hold them open. */
async function runWine(env: NodeJS.ProcessEnv, folder: string, command: string, args: string[]): Promise<Finished> {
  const path = join(folder, 'output');
  const output = await open(path, 'w');
  const options = { env, stdio: ['ignore', output.fd, output.fd] as ['ignore', number, number], timeout: 120_000 };
  const child = spawn(wineProgram, [command, ...args], options);
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (found) => resolve(found ?? -1));
  });
  await output.close();
  return { code, told: (await readFile(path, 'utf8')).replaceAll('\r', '') };
}
