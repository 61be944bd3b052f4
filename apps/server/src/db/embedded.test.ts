import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareClusterFolder, removeDataFolder } from './clusterFolder.ts';
import { findClusterProcesses } from './clusterProcesses.ts';
import { type EmbeddedPostgres, EmbeddedPostgresError, startEmbeddedPostgres } from './embedded.ts';
import { migrate } from './migrate.ts';
import { chooseUnprivilegedUser, readSystemUsers } from './unprivilegedUser.ts';

const adminPassword = 'a-password-only-for-tests';
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataFolder: string;
let running: EmbeddedPostgres[];
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bruecke-embedded-'));
  chmodSync(folder, 0o711);
  dataFolder = join(folder, 'data');
  running = [];
  lines = [];
});
afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(given: { dataFolder?: string; adminPassword?: string; durable?: boolean } = {}) {
  const postgres = await startEmbeddedPostgres({
    dataFolder,
    adminPassword,
    log: (line) => lines.push(line),
    ...given,
  });
  running.push(postgres);
  return postgres;
}

async function query(admin: pg.ClientConfig, text: string) {
  const client = new pg.Client(admin);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const cluster = () => realpathSync(join(dataFolder, 'postgres', '18'));
/** Asks again until it is so; the test's own time limit ends a wait in vain. */
async function until(condition: () => boolean | Promise<boolean>) {
  while (!(await condition())) await delay(20);
}

/** Each test makes at least one cluster: 1 s on a quiet machine, twenty times that on a crowded one. */
const patient = { timeout: 240_000 };

describe('embedded PostgreSQL', patient, () => {
  it('keeps its data over a stop, opens no port, and leaves nothing running', async () => {
    const first = await start({ durable: true });
    await query(first.admin, 'create table kept (n int); insert into kept values (7)');
    expect(await query(first.admin, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect(await query(first.admin, 'show fsync')).toEqual([{ fsync: 'on' }]);
    expect(
      await query(first.admin, "select datlocprovider as p, datlocale as l from pg_database where datname = 'bruecke'"),
    ).toEqual([{ p: 'b', l: 'C.UTF-8' }]);
    expect(Buffer.byteLength(join(first.admin.host, '.s.PGSQL.5432.lock'))).toBeLessThan(104);
    await first.stop();
    expect(findClusterProcesses(cluster())).toEqual([]);
    expect(existsSync(first.admin.host)).toBe(false);
    const second = await start();
    expect(await query(second.admin, 'select n from kept')).toEqual([{ n: 7 }]);
  });

  it('lets sessions end that are about to when it is stopped, and waits for no others', async () => {
    const postgres = await start();
    const client = new pg.Client(postgres.admin);
    client.on('error', () => undefined);
    await client.connect();
    const stopped = postgres.stop();
    expect((await client.query('select pg_sleep(0.1)')).rowCount).toBe(1);
    await client.end();
    await stopped;
    expect(lines).toEqual([]);

    const again = await start();
    const staying = new pg.Client(again.admin);
    const errors: Error[] = [];
    staying.on('error', (error) => errors.push(error));
    await staying.connect();
    await again.stop();
    await until(() => errors.length > 0);
    expect(errors[0]).toMatchObject({ code: '57P01' });
  });

  it('comes back by itself after kill -9, on the same socket, with everything that was committed', async () => {
    const postgres = await start();
    await query(postgres.admin, 'create table kept (n int)');
    for (let n = 1; n <= 3; n += 1) {
      await query(postgres.admin, `insert into kept values (${n})`);
      const pid = postgres.pid();
      if (pid === undefined) throw new Error('not running');
      process.kill(pid, 'SIGKILL');
      await until(() => postgres.pid() !== undefined && postgres.pid() !== pid);
      await until(() =>
        query(postgres.admin, 'select 1').then(
          () => true,
          () => false,
        ),
      );
      expect(await query(postgres.admin, 'select count(*)::int as n from kept')).toEqual([{ n }]);
    }
    // The second: it answered us, and was killed before it had answered whoever started it.
    expect(lines.filter((line) => /starting it again|does not start/.test(line))).toHaveLength(3);
  });

  it('refuses a second server on the same data folder', async () => {
    await start();
    await expect(start()).rejects.toThrow(/Another Brücke server/);
  });

  it('lets exactly one of two that start at the same moment have it, on the first start and on later ones', async () => {
    for (let round = 1; round <= 2; round += 1) {
      const starts = await Promise.allSettled([start(), start()]);
      expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const [refused] = starts.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
      expect(refused).toMatch(/Another Brücke server/);
      // Nor did the refused one take the mark of the other away.
      await expect(start()).rejects.toThrow(/Another Brücke server/);
      const postgres = running.splice(0)[0];
      if (!postgres) throw new Error('none of them runs');
      expect(await query(postgres.admin, 'select 1 as n')).toEqual([{ n: 1 }]);
      await postgres.stop();
    }
    expect(lines).toEqual([]);
  });

  it('says so when the secrets are not those of the cluster', async () => {
    await (await start()).stop();
    await expect(start({ adminPassword: 'a-password-of-another-one' })).rejects.toThrow(
      /not from the same installation/,
    );
    expect(findClusterProcesses(cluster())).toEqual([]);
  });

  it('works in a folder that others may not enter', async () => {
    chmodSync(folder, 0o700);
    const postgres = await start();
    const home = join(dataFolder, 'postgres');
    const moved = realpathSync(home);
    try {
      await query(postgres.admin, 'create table kept (n int)');
      expect(lstatSync(home).isSymbolicLink()).toBe(isRoot);
      if (isRoot) expect(moved).toMatch(/^\/var\/lib\/bruecke\/cluster-\w{6}$/);
      await postgres.stop();
      const again = await start();
      expect(await query(again.admin, 'select * from kept')).toEqual([]);
      await again.stop();
      rmSync(moved, { recursive: true });
      // Root's cluster lies elsewhere: an empty new one in its place would hide the loss.
      if (isRoot) await expect(start()).rejects.toThrow(/The database itself is missing/);
    } finally {
      rmSync(moved, { recursive: true, force: true });
    }
  });

  it('knows nothing of a data folder that was removed, wherever its cluster lay', async () => {
    chmodSync(folder, 0o700);
    const homes: string[] = [];
    try {
      for (const password of ['a-password-of-the-first', 'a-password-of-the-second']) {
        const postgres = await start({ adminPassword: password });
        homes.push(realpathSync(join(dataFolder, 'postgres')));
        await query(postgres.admin, 'create table theirs (n int)');
        await postgres.stop();
        rmSync(dataFolder, { recursive: true });
      }
      expect(new Set(homes).size).toBe(isRoot ? 2 : 1);
    } finally {
      for (const home of homes) rmSync(home, { recursive: true, force: true });
    }
  });

  it('is gone as a whole when its data folder is removed as ours', async () => {
    chmodSync(folder, 0o700);
    const postgres = await start();
    const home = realpathSync(join(dataFolder, 'postgres'));
    await postgres.stop();
    removeDataFolder(dataFolder);
    expect([existsSync(home), existsSync(dataFolder)]).toEqual([false, false]);
  });

  it('starts under a umask of 077 and with a temporary folder that others may not enter', async () => {
    const { TMPDIR } = process.env;
    const closed = join(folder, 'tmp');
    mkdirSync(closed, { mode: 0o700 });
    const umask = process.umask(0o077);
    process.env['TMPDIR'] = closed;
    try {
      const postgres = await start();
      expect(postgres.admin.host.startsWith(isRoot ? '/tmp/bruecke-pg-' : closed)).toBe(true);
      await postgres.stop();
    } finally {
      process.umask(umask);
      if (TMPDIR === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = TMPDIR;
      removeDataFolder(dataFolder);
    }
  });

  it('begins anew after a first start that was broken off', async () => {
    await (await start()).stop();
    rmSync(cluster(), { recursive: true });
    const home = realpathSync(join(dataFolder, 'postgres'));
    mkdirSync(join(home, 'initialising', 'base'), { recursive: true });
    await start();
    expect(readdirSync(home)).not.toContain('initialising');
  });

  it('prepares a database as an administrator who is no superuser but may create roles', async () => {
    const postgres = await start();
    await query(postgres.admin, "create role creator login createrole password 'creator-password'");
    await query(postgres.admin, 'create database theirs owner creator');
    const admin = { ...postgres.admin, user: 'creator', password: 'creator-password', database: 'theirs' };
    mkdirSync(join(folder, 'none'));
    const options = { admin, appPassword: 'password-of-the-app', folder: join(folder, 'none'), log: () => undefined };
    await expect(migrate(options)).resolves.toEqual({ applied: [] });
    const app = { ...postgres.admin, user: 'bruecke_app', password: 'password-of-the-app', database: 'theirs' };
    const asSealer = { ...app, options: '-c role=bruecke_sealer' };
    expect(await query(asSealer, 'select current_user::text as me')).toEqual([{ me: 'bruecke_sealer' }]);
    await expect(query(app, 'set role bruecke_owner')).rejects.toMatchObject({ code: '42501' });
  });
});

describe.runIf(process.platform === 'linux')('embedded PostgreSQL whose server was killed', patient, () => {
  async function startChild() {
    const script = fileURLToPath(new URL('../../test/embeddedChild.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', script, dataFolder, adminPassword], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    await until(() => output.includes('\n') || child.exitCode !== null);
    if (child.pid === undefined || child.exitCode !== null) throw new Error('the child did not start');
    const { postmaster }: { postmaster: number } = JSON.parse(output);
    return { pid: child.pid, postmaster, ended: once(child, 'exit') };
  }

  /** Processes by their parent; field 4 of /proc/<pid>/stat, after the name in parentheses. */
  const childrenOf = (parent: number) =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
          return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
        } catch {
          return false;
        }
      });

  it('ends with it, and the next start finds all that was committed', async () => {
    const child = await startChild();
    process.kill(child.pid, 'SIGKILL');
    await child.ended;
    await until(() => findClusterProcesses(cluster()).length === 0);
    const postgres = await start();
    expect(await query(postgres.admin, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('is stopped and taken over when nothing could end it', async () => {
    const child = await startChild();
    const watchdogs = childrenOf(child.pid).filter((pid) => pid !== child.postmaster);
    for (const pid of watchdogs) process.kill(pid, 'SIGKILL');
    process.kill(child.pid, 'SIGKILL');
    // A signal is sent, not done: on a busy machine the server would still be there, and rightly own its database.
    await child.ended;
    expect(findClusterProcesses(cluster())).toContain(child.postmaster);
    const postgres = await start();
    expect(lines.join()).toContain('of an earlier server still runs');
    expect(postgres.pid()).not.toBe(child.postmaster);
    expect(await query(postgres.admin, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('starts although the stale lock file names a living process', async () => {
    await (await start()).stop();
    const lock = ['1', cluster(), '0', '5432', '/tmp', '', '', ''].join('\n');
    spawnSync('sh', ['-c', 'printf %s "$1" > "$2"', 'sh', lock, join(cluster(), 'postmaster.pid')]);
    await expect(start()).resolves.toBeDefined();
  });
});

describe('cluster folder', () => {
  it('refuses a link that leads nowhere', async () => {
    mkdirSync(dataFolder);
    symlinkSync(join(folder, 'gone'), join(dataFolder, 'postgres'));
    await expect(start()).rejects.toBeInstanceOf(EmbeddedPostgresError);
  });

  it.runIf(isRoot)(
    'is open to PostgreSQL’s user whatever the umask, also below what an earlier start closed (as root)',
    () => {
      chmodSync(folder, 0o711);
      const user = chooseUnprivilegedUser(readSystemUsers());
      const umask = process.umask(0o077);
      try {
        for (const name of ['first', 'second']) {
          mkdirSync(join(folder, name));
          const { home } = prepareClusterFolder(join(folder, name), user, () => undefined, join(folder, 'system'));
          expect(home.startsWith(join(folder, 'system'))).toBe(true);
          chmodSync(join(folder, 'system'), 0o700);
        }
      } finally {
        process.umask(umask);
      }
    },
  );

  it('is removed with what lies in a folder of ours, not with what somebody linked to', () => {
    for (const name of ['ours', 'theirs']) {
      const cluster = join(folder, name, 'cluster');
      mkdirSync(cluster, { recursive: true });
      mkdirSync(dataFolder);
      symlinkSync(cluster, join(dataFolder, 'postgres'));
      removeDataFolder(dataFolder, join(folder, 'ours'));
      expect([existsSync(dataFolder), existsSync(cluster)]).toEqual([false, name === 'theirs']);
    }
  });
});
