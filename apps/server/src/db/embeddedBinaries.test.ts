import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackage, preparePostgresBinaries } from './embeddedBinaries.ts';
import { chooseUnprivilegedUser, parsePasswd, readSystemUsers } from './unprivilegedUser.ts';

const isRoot = process.getuid?.() === 0;
const user = isRoot ? chooseUnprivilegedUser(readSystemUsers()) : undefined;

describe('preparePostgresBinaries', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bruecke-binaries-'));
    chmodSync(folder, 0o711);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** As npm unpacks it with install scripts off: without links. Only what `postgres --version` needs, and the same bytes. */
  function unpack(name: string) {
    const packageFolder = join(folder, name, 'package');
    for (const part of ['package.json', 'native/pg-symlinks.json', 'native/bin/postgres']) give(part, packageFolder);
    for (const part of readdirSync(join(findPackage(), 'native', 'lib'), { withFileTypes: true })) {
      if (part.isFile() && !part.name.endsWith('.a')) give(`native/lib/${part.name}`, packageFolder);
    }
    return packageFolder;
  }

  function give(part: string, packageFolder: string) {
    mkdirSync(dirname(join(packageFolder, part)), { recursive: true });
    copyFileSync(join(findPackage(), part), join(packageFolder, part), constants.COPYFILE_FICLONE);
  }

  it('makes the links that an install script would have made', () => {
    const packageFolder = unpack('open');
    const binaries = preparePostgresBinaries(user, () => undefined, { packageFolder, homes: [] });
    expect(binaries.folder).toBe(join(packageFolder, 'native'));
  });

  it('copies what PostgreSQL may not enter once, and says what is missing when it cannot', () => {
    const packageFolder = unpack('closed');
    chmodSync(join(folder, 'closed'), 0o700);
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const homes = [join(folder, 'home')];
    const binaries = preparePostgresBinaries(user, log, { packageFolder, homes });
    // An ordinary user runs PostgreSQL as itself and may enter its own folder.
    expect(binaries.folder.startsWith(join(folder, isRoot ? 'home' : 'closed'))).toBe(true);
    expect(lines).toHaveLength(isRoot ? 1 : 0);
    if (!isRoot) return;
    expect(preparePostgresBinaries(user, log, { packageFolder, homes })).toEqual(binaries);
    writeFileSync(join(folder, 'file'), '');
    const nowhere = () => preparePostgresBinaries(user, log, { packageFolder, homes: [join(folder, 'file', 'home')] });
    expect(nowhere).toThrow(/as user "nobody"[\s\S]*set DATABASE_URL/);
  });

  it('runs nothing that somebody else may have put where the copy belongs', () => {
    const packageFolder = unpack('broken');
    chmodSync(join(packageFolder, 'native/bin/postgres'), 0o644);
    const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
    const homes = [join(folder, 'home')];
    const copy = join(folder, 'home', `postgresql-${version}`);
    const ran = join(folder, 'ran');
    mkdirSync(join(copy, 'native', 'bin'), { recursive: true });
    writeFileSync(join(copy, 'native', 'bin', 'postgres'), `#!/bin/sh\n: > ${ran}\n`, { mode: 0o755 });
    chmodSync(folder, 0o777);
    const prepare = () => preparePostgresBinaries(user, () => undefined, { packageFolder, homes });
    chmodSync(copy, 0o777);
    expect(prepare).toThrow(/only we may write to/);
    chmodSync(copy, 0o755);
    // Another user's: only root can lay that out.
    if (isRoot) {
      chownSync(copy, 1, 1);
      expect(prepare).toThrow(/only we may write to/);
      chownSync(copy, 0, 0);
    }
    expect(existsSync(ran)).toBe(false);
    prepare();
    expect(existsSync(ran)).toBe(true);
  });

  it.runIf(isRoot)(
    'copies for others what a umask of 077 left to root alone, also over a copy that was made so (as root)',
    () => {
      const packageFolder = unpack('closed');
      const home = join(folder, 'home');
      spawnSync('chmod', ['-R', 'go=', join(folder, 'closed')]);
      const umask = process.umask(0o077);
      try {
        const prepare = () => preparePostgresBinaries(user, () => undefined, { packageFolder, homes: [home] });
        const binaries = prepare();
        expect(binaries.folder.startsWith(home)).toBe(true);
        spawnSync('chmod', ['-R', 'go=', home]);
        expect(prepare()).toEqual(binaries);
      } finally {
        process.umask(umask);
      }
    },
  );
});

describe('chooseUnprivilegedUser', () => {
  const users = parsePasswd(
    'root:x:0:0:root:/root:/bin/sh\n# a comment\ndaemon:*:1:1::/:/bin/false\nnobody:*:-2:-2::/var/empty:/bin/false\nbroken\n',
  );
  it('takes nobody, the owner of an existing cluster, or whoever there is; never root', () => {
    expect(chooseUnprivilegedUser(users)).toEqual({ name: 'nobody', uid: 4_294_967_294, gid: 4_294_967_294 });
    expect(chooseUnprivilegedUser(users, 1)?.name).toBe('daemon');
    expect(chooseUnprivilegedUser(users, 0)?.name).toBe('nobody');
    expect(chooseUnprivilegedUser(users.filter((candidate) => candidate.name !== 'nobody'))?.name).toBe('daemon');
    expect(chooseUnprivilegedUser(users.filter((candidate) => candidate.uid === 0))).toBeUndefined();
  });
});
