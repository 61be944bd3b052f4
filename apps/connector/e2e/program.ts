import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { onTestFinished } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The one file that is installed, with this version and release key compiled in; `broken` runs before it. */
export async function bundle(given: { version: string; releaseKey: string; broken?: string }): Promise<Buffer> {
  const withVersion: Plugin = {
    name: 'with-version',
    setup({ onLoad }) {
      onLoad({ filter: /apps\/connector\/package\.json$/ }, async ({ path }) => ({
        loader: 'json',
        contents: JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), version: given.version }),
      }));
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['apps/connector/src/main.ts'],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    write: false,
    define: { BRUECKE_RELEASE_KEY: JSON.stringify(given.releaseKey) },
    plugins: [withVersion],
    ...(given.broken ? { banner: { js: given.broken } } : {}),
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

/** The program on a machine of its own: installed file, folders, a port that nobody uses. */
export async function installed(program: Buffer) {
  const home = await mkdtemp(join(tmpdir(), 'bruecke-connector-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const file = join(home, 'bruecke-connector.cjs');
  await writeFile(file, program);
  const env = { ...process.env, BRUECKE_CONNECTOR_HOME: home, NODE_NO_WARNINGS: '1' };

  /** Runs a command to its end. */
  async function command(args: readonly string[], stdin = ''): Promise<{ code: number | null; out: string }> {
    const child = spawn(process.execPath, [file, ...args], { env });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (out += text));
    child.stdin.end(stdin);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, out };
  }

  /** Starts the service. `ended` resolves to its exit code. */
  function service() {
    const child = spawn(process.execPath, [file, 'run'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const told = { out: '' };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (told.out += text));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    return { told, ended, stop: () => child.kill('SIGTERM'), pid: child.pid ?? 0 };
  }

  return { home, folders: { config: join(home, 'config'), state: join(home, 'state') }, command, service };
}
