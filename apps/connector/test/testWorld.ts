import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Terminal } from '../src/commands/terminal.ts';
import { byFileMode } from '../src/store/protection.ts';
import type { World } from '../src/world.ts';

/** A machine of its own: folders that go away with the test, a clock that runs, pauses a thousandth as long. */
export async function testWorld(changed: Partial<World> = {}): Promise<World & { lines: string[] }> {
  const home = await mkdtemp(join(tmpdir(), 'bruecke-connector-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const lines: string[] = [];
  return {
    version: '1.2.0',
    machine: { name: 'DATEV-SRV-01', os: 'Windows Server 2022', platform: 'linux' },
    folders: { config: join(home, 'config'), state: join(home, 'state') },
    protection: byFileMode,
    releaseKey: null,
    now: () => new Date(),
    randomBytes,
    random: () => 0,
    wait: async (ms, signal) => {
      await sleep(Math.ceil(ms / 1000), undefined, { signal }).catch(() => {});
    },
    proxyFromEnvironment: () => '',
    log: (line) => void lines.push(line),
    lines,
    ...changed,
  };
}

/** A script in front of the commands: files and answers are given, what is printed is kept. */
export function testTerminal(given: { files?: Record<string, string>; stdin?: string; answers?: string[] } = {}) {
  const printed: string[] = [];
  const answers = [...(given.answers ?? [])];
  const ask = async (question: string) => {
    printed.push(question);
    return answers.shift() ?? '';
  };
  const terminal: Terminal = {
    out: (line) => void printed.push(line),
    err: (line) => void printed.push(line),
    ask: given.answers ? ask : null,
    askSecret: given.answers ? ask : null,
    async readFile(path) {
      const text = given.files?.[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
      return text;
    },
    readStdin: async () => given.stdin ?? '',
  };
  return { terminal, printed, text: () => printed.join('\n') };
}

/** Resolves when the condition holds; looks again after every turn of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  for (const started = Date.now(); !condition(); ) {
    if (Date.now() - started > 10_000) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
