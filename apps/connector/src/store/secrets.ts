import { join } from 'node:path';
import { readText, removeFile, writeText } from './files.ts';
import type { Folders } from './folders.ts';
import type { Protection } from './protection.ts';

/** What must never leave the machine. `connectorKey`: seed of the key pair; `nextConnectorKey`: of the one it is changing to. */
export type SecretName = 'connectorKey' | 'nextConnectorKey' | 'datevPassword';

export type Secrets = {
  read: (name: SecretName) => Promise<Buffer | null>;
  write: (name: SecretName, secret: Buffer) => Promise<void>;
  remove: (name: SecretName) => Promise<void>;
};

/** Secrets, one a file, in the state folder. */
export function openSecrets(folders: Folders, protection: Protection): Secrets {
  const path = (name: SecretName) => join(folders.state, 'secrets', name);
  // On Windows each reveal is a process of its own; what is kept unchanged need not be revealed again.
  const revealed = new Map<SecretName, { kept: string; secret: Buffer }>();
  return {
    async read(name) {
      const kept = await readText(path(name));
      if (kept === null) return null;
      const before = revealed.get(name);
      if (before?.kept === kept) return before.secret;
      const secret = await protection.reveal(kept);
      revealed.set(name, { kept, secret });
      return secret;
    },
    write: async (name, secret) => writeText(path(name), await protection.protect(secret)),
    remove: (name) => removeFile(path(name)),
  };
}
