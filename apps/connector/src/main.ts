import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { hostname, release, version } from 'node:os';
import { dirname, join } from 'node:path';
import { PerformanceObserver } from 'node:perf_hooks';
import { createInterface } from 'node:readline/promises';
import { isSea } from 'node:sea';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { getProxyForUrl } from 'proxy-from-env';
import about from '../package.json' with { type: 'json' };
import { parseArgs, usage } from './args.ts';
import { runCommand } from './commands/command.ts';
import { run } from './commands/run.ts';
import type { Terminal } from './commands/terminal.ts';
import { foldersFor } from './store/folders.ts';
import { byDpapi, byFileMode, runProtector } from './store/protection.ts';
import { chooseProgram, type Trial } from './update/launch.ts';
import type { World } from './world.ts';

/** Put in by the build (esbuild's define); a build without it takes no updates. */
declare const BRUECKE_RELEASE_KEY: string | undefined;

// Memory before speed: the heap doubles before it is cleaned instead of growing fourfold, and the space for young objects to 8 MB instead of
// 32. Left at the 2 MB it begins with, cleaning it takes twice as long for each posting; with all 32 the program takes 172 MB. Set here, as
// a program of one file takes no flags; V8 has no flag for the most that works once it runs, but it asks for the factor each time.
const MOST_YOUNG_BYTES = 8 * 1024 * 1024;
setFlagsFromString('--heap-growing-percent=100');
new PerformanceObserver(() => {
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
  setFlagsFromString(`--semi-space-growth-factor=${young < MOST_YOUNG_BYTES ? 2 : 1}`);
}).observe({ entryTypes: ['gc'] });

/** The service manager starts the program anew on any end; this one says why. */
const RESTART_CODE = 75;
/** How long a new version may take until the hub has answered it. */
const TRIAL_MS = 120_000;

/** Set for a program that was started by the installed one in its place. */
const STARTED = 'BRUECKE_CONNECTOR_STARTED';
/** Set for a program on trial: the program, and where to tell that it came up. */
const TRIAL = 'BRUECKE_CONNECTOR_TRIAL';
const TRIAL_TOLD = 'BRUECKE_CONNECTOR_TRIAL_TOLD';

/** Lies beside the program and does what Node cannot: services, DPAPI (install/windows). */
const windowsHelper = join(dirname(process.execPath), 'bruecke-connector-service.exe');

const platform = process.platform === 'win32' ? 'win32' : 'linux';
const world: World = {
  version: about.version,
  machine: { name: hostname(), os: platform === 'win32' ? version() : `Linux ${release()}`, platform },
  folders: foldersFor(platform, process.env),
  protection: platform === 'win32' ? byDpapi(runProtector(windowsHelper)) : byFileMode,
  releaseKey: typeof BRUECKE_RELEASE_KEY === 'undefined' ? null : BRUECKE_RELEASE_KEY,
  now: () => new Date(),
  randomBytes,
  random: Math.random,
  wait: async (ms, signal) => {
    // An end of the wait before its time is what the signal is for.
    await sleep(ms, undefined, { signal }).catch(() => {});
  },
  proxyFromEnvironment: getProxyForUrl,
  log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
};

const terminal: Terminal = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  ask: process.stdin.isTTY ? (question) => ask(question, false) : null,
  askSecret: process.stdin.isTTY ? (question) => ask(question, true) : null,
  readFile: (path) => readFile(path, 'utf8'),
  async readStdin() {
    const chunks: Buffer[] = [];
    for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks).toString('utf8');
  },
};

async function ask(question: string, secret: boolean): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: secret ? undefined : process.stdout, terminal: true });
  try {
    if (secret) process.stdout.write(question);
    return await reader.question(secret ? '' : question);
  } finally {
    reader.close();
    if (secret) process.stdout.write('\n');
  }
}

/** Starts a newer version beside this one and waits until it tells that the hub answered it. */
function tryOut(path: string): Trial {
  const told = join(world.folders.state, 'update', `came-up-${randomUUID()}`);
  const program = isSea() ? [] : [...process.execArgv, process.argv[1] ?? ''];
  const child = spawn(process.execPath, [...program, 'run'], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, [TRIAL]: path, [TRIAL_TOLD]: told },
    windowsHide: true,
  });
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const over = new AbortController();
  void gone.then(() => over.abort());
  return {
    cameUp: (async () => {
      for (let waited = 0; waited < TRIAL_MS && !over.signal.aborted; waited += 500) {
        if (existsSync(told)) return true;
        await world.wait(500, over.signal);
      }
      return existsSync(told);
    })(),
    async stop() {
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await gone;
      clearTimeout(hard);
      await rm(told, { force: true });
    },
  };
}

/** Loads another version of this program in this process; it reads the same arguments and does the rest. False when it cannot be loaded. */
function startInPlace(path: string): boolean {
  process.env[STARTED] = '1';
  try {
    createRequire(path)(path);
    return true;
  } catch (error) {
    world.log(`${path} cannot be loaded: ${error instanceof Error ? error.message : 'unknown'}`);
    return false;
  }
}

async function runService(): Promise<void> {
  let rolledBack = false;
  if (!process.env[STARTED]) {
    const trial = process.env[TRIAL];
    if (trial) {
      if (!startInPlace(trial)) process.exitCode = 1;
      return;
    }
    const chosen = await chooseProgram({ world, tryOut });
    rolledBack = chosen.rolledBack;
    if (chosen.path !== null && startInPlace(chosen.path)) return;
  }
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  const told = process.env[TRIAL_TOLD];
  let answered = false;
  const onAnswer = () => {
    if (answered || !told) return;
    answered = true;
    void mkdir(dirname(told), { recursive: true }).then(() => writeFile(told, ''));
  };
  const end = await run({ world, signal: stop.signal, onAnswer, rolledBack });
  process.exitCode = end === 'restart' ? RESTART_CODE : 0;
}

async function main(): Promise<void> {
  const parsed = parseArgs(process.argv.slice(2));
  if (!parsed.ok) {
    terminal.err(`${parsed.problem}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const { command } = parsed;
  if (command.name === 'run') await runService();
  else process.exitCode = await runCommand(world, terminal, command);
}

main().catch((error: unknown) => {
  world.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 1;
});
