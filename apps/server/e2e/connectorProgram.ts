import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The connector as it is installed: one file, folders of its own, commands and service as processes. */
export type ConnectorProgram = {
  /** Runs a command to its end; throws what it printed unless it ended with 0. */
  command(args: readonly string[], stdin?: string): Promise<string>;
  /** Puts a file beside it and answers with its path. */
  file(name: string, text: string): string;
  service(): { readonly pid: number; readonly out: () => string; stop(): Promise<number | null> };
  remove(): void;
};

/** Bundles the connector and lays it down in a folder of its own. */
export async function layConnectorProgram(statusPort: number): Promise<ConnectorProgram> {
  const home = mkdtempSync(join(tmpdir(), 'bruecke-connector-'));
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
  // Another connector may run on this machine: its status page keeps the usual port.
  mkdirSync(join(home, 'config'));
  writeFileSync(join(home, 'config/settings.json'), JSON.stringify({ statusPort }));
  const env = { PATH: process.env['PATH'], BRUECKE_CONNECTOR_HOME: home };
  const start = (args: readonly string[]) => {
    const child = spawn(process.execPath, [program, ...args], { env });
    let out = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        out += text;
      });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { child, ended, out: () => out };
  };
  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text, { mode: 0o600 });
    return join(home, name);
  };
  return {
    file,
    async command(args, stdin = '') {
      const { child, ended, out } = start(args);
      child.stdin.end(stdin);
      const code = await ended;
      if (code !== 0) throw new Error(`bruecke-connector ${args.join(' ')}: ${code}\n${out()}`);
      return out();
    },
    service() {
      const { child, ended, out } = start(['run']);
      return {
        pid: child.pid ?? 0,
        out,
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      };
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}
