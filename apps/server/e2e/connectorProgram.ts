import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The connector as it is installed: one file, folders of its own, commands and service as processes. */
export type ConnectorProgram = {
  /** Its folder: `config`, `state` and the program. */
  readonly home: string;
  /** Runs a command to its end; throws what it printed unless it ended with 0. */
  command(args: readonly string[], stdin?: string): Promise<string>;
  /** Puts a file beside it and answers with its path. */
  file(name: string, text: string): string;
  service(): { readonly pid: number; readonly out: () => string; stop(): Promise<number | null> };
  /** Ends the service and every command under way. */
  stop(): Promise<void>;
  remove(): void;
};

/** Ends a service whose parent is gone, also by kill -9: the channel between both breaks then. */
const endWithParent = `data:text/javascript,${encodeURIComponent(
  "process.once('disconnect', () => process.kill(process.pid, 'SIGTERM')); process.channel?.unref();",
)}`;
/** Output of a service that is kept, in characters. */
const keptOutput = 200_000;

/** Bundles the connector and lays it down in a folder of its own, or in one that may have its settings and state already. */
export async function layConnectorProgram(statusPort: number, folder?: string): Promise<ConnectorProgram> {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'bruecke-connector-'));
  const program = join(home, 'bruecke-connector.cjs');
  await build({
    absWorkingDir: fileURLToPath(new URL('../../..', import.meta.url)),
    entryPoints: ['apps/connector/src/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
  });
  setStatusPort(join(home, 'config'), statusPort);
  const env = { PATH: process.env['PATH'], BRUECKE_CONNECTOR_HOME: home };
  const running = new Map<ChildProcess, Promise<number | null>>();
  const start = (args: readonly string[], node: readonly string[] = []) => {
    const stdio: ('pipe' | 'ipc')[] = ['pipe', 'pipe', 'pipe', ...(node.length > 0 ? ['ipc' as const] : [])];
    const child = spawn(process.execPath, [...node, program, ...args], { env, stdio });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        out = `${out}${text}`.slice(-keptOutput);
      });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    running.set(child, ended);
    void ended.then(() => running.delete(child));
    return { child, ended, out: () => out };
  };
  return {
    home,
    file(name, text) {
      writeFileSync(join(home, name), text, { mode: 0o600 });
      return join(home, name);
    },
    async command(args, stdin = '') {
      const { child, ended, out } = start(args);
      child.stdin?.end(stdin);
      const code = await ended;
      if (code !== 0) throw new Error(`bruecke-connector ${args.join(' ')}: ${code}\n${out()}`);
      return out();
    },
    service() {
      const { child, ended, out } = start(['run'], ['--import', endWithParent]);
      return {
        pid: child.pid ?? 0,
        out,
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      };
    },
    async stop() {
      for (const child of running.keys()) child.kill('SIGTERM');
      await Promise.all(running.values());
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** Another connector may run on this machine: its status page keeps the usual port. */
function setStatusPort(folder: string, statusPort: number): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'settings.json');
  const before: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  writeFileSync(path, JSON.stringify({ ...Object(before), statusPort }));
}
