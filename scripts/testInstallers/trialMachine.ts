import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runTool } from '../buildConnector/runTool.ts';

export type TrialMachine = {
  /** Runs a command in it as root; gives back stdout, throws with all it said when it fails. */
  run(command: string, ...args: string[]): Promise<string>;
  /** As `run`, in a shell. */
  shell(script: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a machine with systemd in namespaces of this one (trialMachine.sh). Needs root. */
export async function startTrialMachine(): Promise<TrialMachine> {
  const folder = await mkdtemp(join(tmpdir(), 'bruecke-trial-'));
  const script = join(dirname(fileURLToPath(import.meta.url)), 'trialMachine.sh');
  const child = spawn('sh', [script, folder], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await removeGroups();
    await rm(folder, { recursive: true, force: true });
  };

  const outer = child.pid;
  const deadline = Date.now() + 30_000;
  while (outer && child.exitCode === null && Date.now() < deadline) {
    const [init] = await childrenOf(outer);
    const enter = ['--target', init ?? '', '--mount', '--pid', '--cgroup', '--uts', '--ipc', '--root', '--wd'];
    const run = (command: string, ...args: string[]) => runTool('nsenter', [...enter, command, ...args]);
    const state = init ? await run('systemctl', 'is-system-running').catch(() => '') : '';
    if (state.trim() === 'running') return { run, shell: (text) => run('sh', '-euc', text), stop };
    await wait(200);
  }
  await stop();
  throw new Error(`systemd did not come up: ${said.trim() || 'no word from it'}`);
}

async function childrenOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').filter(Boolean);
}

/** The groups that trialMachine.sh made; the kernel removes only empty ones, and its processes take a moment to go. */
async function removeGroups(): Promise<void> {
  const top = '/sys/fs/cgroup';
  const groups = ['.', ...(await readdir(top))].map((hierarchy) => join(top, hierarchy, 'bruecke-trial'));
  for (const group of groups) {
    for (let tries = 0; tries < 50 && !(await removeGroup(group)); tries += 1) await wait(100);
  }
}

async function removeGroup(path: string): Promise<boolean> {
  const inner = await readdir(path, { withFileTypes: true }).catch(() => null);
  if (inner === null) return true;
  for (const entry of inner) if (entry.isDirectory()) await removeGroup(join(path, entry.name));
  return rmdir(path).then(
    () => true,
    () => false,
  );
}
