import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runTool } from '../buildConnector/runTool.ts';
import { expectEqual, expectMatch, type Steps } from './steps.ts';
import type { ConnectorMachine } from './sync.ts';
import { startTrialMachine, type TrialMachine } from './trialMachine.ts';

export type LinuxParts = {
  version: string;
  unit: string;
  /** The package, and one of the same files that calls itself newer. */
  installer: string;
  newer: string;
  /** What happens between installing and upgrading: pairing and synchronisation. */
  whileInstalled: (machine: ConnectorMachine) => Promise<void>;
};

type Step = Steps['step'];

const service = 'bruecke-connector.service';
const user = 'bruecke-connector';
/** The worst score that `systemd-analyze security` may give; 10 is no protection. */
const worstExposure = 2;

/** The Debian package on a machine with systemd as process 1 that is made for this: installed, run, upgraded, removed. */
export async function testLinux({ step, notShown }: Steps, parts: LinuxParts): Promise<void> {
  await step('Linux: systemd knows every setting of the unit', async () => {
    const told = await runTool('systemd-analyze', ['verify', '--man=no', parts.unit]).catch((error: unknown) =>
      String(error),
    );
    // The only thing it may miss is the program itself, which is not installed on this machine.
    const others = told.split('\n').filter((line) => line.trim() !== '' && !/is not executable|ended with/.test(line));
    expectEqual(others, [], 'systemd-analyze verify');
    return undefined;
  });
  await step('Linux: the unit is hardened', async () => {
    const told = await runTool('systemd-analyze', ['security', '--offline=true', '--no-pager', parts.unit]);
    const score = Number(/exposure level for \S+: ([\d.]+)/.exec(told)?.[1]);
    if (!(score <= worstExposure)) throw new Error(`exposure ${score}, at most ${worstExposure}`);
    return `exposure ${score} of 10 by systemd-analyze security`;
  });

  let machine: TrialMachine;
  try {
    machine = await startTrialMachine();
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    await step('Linux: a machine with systemd to try the package on', () => Promise.reject(new Error(told)));
    return notShown('Linux: the package installed and run: there was no machine for it');
  }
  try {
    await machine.run('mkdir', '/run/packages');
    await putInto(machine, parts.installer, '/run/packages/now.deb');
    await putInto(machine, parts.newer, '/run/packages/newer.deb');
    await installing(step, machine, parts);
    await running(step, machine);
    await parts.whileInstalled(asConnectorMachine(machine));
    await leaving(step, machine);
  } finally {
    await machine.stop();
  }
}

function asConnectorMachine(machine: TrialMachine): ConnectorMachine {
  return {
    name: 'Linux',
    paired: false,
    async connector(...args) {
      const said = await machine.run('sh', '-c', 'bruecke-connector "$@" 2>&1; echo "exit code $?"', 'sh', ...args);
      const [, told = '', code = ''] = /^(.*)exit code (\d+)\n$/s.exec(said) ?? [];
      return { code: Number(code), told };
    },
    async layFile(name, content) {
      const bytes = Buffer.from(content).toString('base64');
      await machine.shell(`umask 077; echo ${bytes} | base64 -d >/root/${name}`);
      return `/root/${name}`;
    },
  };
}

/** Its own /tmp and /run are empty, all else of this machine is there. */
async function putInto(machine: TrialMachine, from: string, to: string): Promise<void> {
  const passed = join('/var/tmp', `bruecke-${process.pid}-${to.split('/').at(-1)}`);
  await copyFile(from, passed);
  await machine.run('cp', passed, to);
  await runTool('rm', [passed]);
}

async function installing(step: Step, machine: TrialMachine, { version }: LinuxParts): Promise<void> {
  await step('Linux: .deb installed by dpkg', async () => {
    await machine.run('dpkg', '--install', '/run/packages/now.deb');
    expectMatch(await machine.run('dpkg', '--status', user), /Status: install ok installed/, 'dpkg --status');
    expectEqual((await machine.run('dpkg', '--verify', user)).trim(), '', 'changed files');
    return undefined;
  });
  await step('Linux: the command answers', async () => {
    const told = await machine.run('bruecke-connector', '--version');
    expectMatch(told, new RegExp(version.replaceAll('.', '[.]')), '--version');
    return told.trim();
  });
  await step('Linux: only the service’s user may look into its folders', async () => {
    for (const folder of ['/etc/bruecke-connector', '/var/lib/bruecke-connector']) {
      const found = await machine.run('stat', '-c', '%U:%G %a', folder);
      expectEqual(found.trim(), `${user}:${user} 700`, folder);
    }
    return undefined;
  });
}

async function running(step: Step, machine: TrialMachine): Promise<void> {
  await step('Linux: the service runs, enabled, as its user, without any privilege', async () => {
    await reaches(machine, 'active');
    expectEqual((await machine.run('systemctl', 'is-enabled', service)).trim(), 'enabled', 'is-enabled');
    const status = await machine.run('cat', `/proc/${await mainPid(machine)}/status`);
    const uid = (await machine.run('id', '-u', user)).trim();
    expectMatch(status, new RegExp(`^Uid:\\s+${uid}\\s`, 'm'), 'user');
    expectMatch(status, /^CapBnd:\s+0+$/m, 'capabilities');
    expectMatch(status, /^NoNewPrivs:\s+1$/m, 'new privileges');
    expectMatch(status, /^Seccomp:\s+2$/m, 'filter of system calls');
    return undefined;
  });
  await step('Linux: it still runs ten seconds later, without a restart', async () => {
    await wait(10_000);
    expectEqual(await property(machine, 'NRestarts'), '0', 'restarts');
    expectEqual(await property(machine, 'ActiveState'), 'active', 'state');
    return `${Math.round(Number(await property(machine, 'MemoryCurrent')) / 1e6)} MB`;
  });
  await step('Linux: killed, it is started again', async () => {
    const before = await mainPid(machine);
    await machine.run('systemctl', 'kill', '--signal=KILL', service);
    for (let tries = 0; tries < 100 && [before, '0'].includes(await mainPid(machine)); tries += 1) await wait(200);
    await reaches(machine, 'active');
    expectEqual(await property(machine, 'NRestarts'), '1', 'restarts');
    return undefined;
  });
  await step('Linux: stopped in order', async () => {
    await machine.run('systemctl', 'stop', service);
    expectEqual(await property(machine, 'Result'), 'success', 'result');
    await machine.run('systemctl', 'start', service);
    await reaches(machine, 'active');
    return undefined;
  });
}

async function leaving(step: Step, machine: TrialMachine): Promise<void> {
  const files = '/etc/bruecke-connector /var/lib/bruecke-connector';
  const listing = `find ${files} -type f ! -name orders.log -exec sha256sum {} + | sort`;
  await step('Linux: a newer version keeps pairing, settings and secrets', async () => {
    await machine.shell('touch /var/lib/bruecke-connector/kept');
    await machine.run('systemctl', 'stop', service);
    const before = await machine.shell(listing);
    await machine.run('dpkg', '--install', '/run/packages/newer.deb');
    expectEqual(await machine.shell(listing), before, 'files');
    expectMatch(await machine.run('dpkg', '--status', user), /^Version: 99[.]0[.]0$/m, 'version');
    await reaches(machine, 'active');
    return `${before.trim().split('\n').length} files unchanged, runs again`;
  });
  await step('Linux: removed, it says what it leaves', async () => {
    const told = await machine.run('dpkg', '--remove', user);
    expectMatch(told, /bleiben in \/var\/lib\/bruecke-connector und \/etc\/bruecke-connector/, 'dpkg --remove');
    expectEqual(await property(machine, 'ActiveState'), 'inactive', 'state');
    await machine.run('test', '-e', '/var/lib/bruecke-connector/kept');
    return undefined;
  });
  await step('Linux: purged, nothing is left', async () => {
    await machine.run('dpkg', '--purge', user);
    const left = await machine.shell(
      `ls -d ${files} /usr/lib/bruecke-connector /usr/bin/bruecke-connector /etc/systemd/system/*/${service} 2>/dev/null || true
      getent passwd ${user} || true; find /var/lib/systemd/deb-systemd-helper-* -name '${service}*' 2>/dev/null || true`,
    );
    expectEqual(left.trim(), '', 'left');
    return undefined;
  });
}

async function property(machine: TrialMachine, name: string): Promise<string> {
  return (await machine.run('systemctl', 'show', '--value', '--property', name, service)).trim();
}

function mainPid(machine: TrialMachine): Promise<string> {
  return property(machine, 'MainPID');
}

async function reaches(machine: TrialMachine, wanted: string): Promise<void> {
  let found = '';
  for (let tries = 0; tries < 100 && found !== wanted; tries += 1) {
    found = await property(machine, 'ActiveState');
    if (found !== wanted) await wait(200);
  }
  if (found !== wanted)
    throw new Error(`${found}:\n${await machine.run('journalctl', '--no-pager', '-n', '30', '-u', service)}`);
}
