import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A user of the operating system as /etc/passwd lists it. */
export type SystemUser = { readonly name: string; readonly uid: number; readonly gid: number };

/** Parses the lines of /etc/passwd; lines that make no sense are left out. */
export function parsePasswd(text: string): readonly SystemUser[] {
  const users: SystemUser[] = [];
  for (const line of text.split('\n')) {
    const [name, , uidText, gidText] = line.split(':');
    const uid = toUnsigned(uidText);
    const gid = toUnsigned(gidText);
    if (name && !name.startsWith('#') && uid !== undefined && gid !== undefined) users.push({ name, uid, gid });
  }
  return users;
}

/**
 * The user under whom PostgreSQL runs when we are root: PostgreSQL refuses root and looks its user up in /etc/passwd.
 * `nobody` is on every Linux, also where no system user was created for a database; else the first other one.
 * `preferredUid` is the owner of an existing cluster: that one wins, a cluster belongs to one user.
 */
export function chooseUnprivilegedUser(users: readonly SystemUser[], preferredUid?: number): SystemUser | undefined {
  const ordinary = users.filter((user) => user.uid !== 0);
  const owner = ordinary.find((user) => user.uid === preferredUid);
  return owner ?? ordinary.find((user) => user.name === 'nobody') ?? ordinary[0];
}

/** Reads the users of this machine; an unreadable file counts as an empty one. */
export function readSystemUsers(path = '/etc/passwd'): readonly SystemUser[] {
  try {
    return parsePasswd(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

/** Whether a shell script, with one argument, succeeds as that user. Needs root. */
export function runAs(user: SystemUser, script: string, argument: string): boolean {
  const identity = { uid: user.uid, gid: user.gid };
  return spawnSync('/bin/sh', ['-c', script, 'sh', argument], { ...identity, cwd: '/' }).status === 0;
}

/** macOS writes `nobody` as -2: the kernel counts it as an unsigned 32-bit number. */
function toUnsigned(text: string | undefined): number | undefined {
  if (text === undefined || !/^-?\d+$/.test(text)) return undefined;
  return Number(text) >>> 0;
}
