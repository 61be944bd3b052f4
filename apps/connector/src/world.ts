import type { Folders } from './store/folders.ts';
import type { Protection } from './store/protection.ts';

/** The machine as people and the hub know it. */
export type Machine = {
  /** Host name. */
  name: string;
  /** Like `Windows Server 2022` or `Linux 6.1`. */
  os: string;
  platform: 'linux' | 'win32';
};

/** Everything that the program needs from outside. Nothing else reads the clock, chance, the environment or the keyboard. */
export type World = {
  version: string;
  machine: Machine;
  folders: Folders;
  protection: Protection;
  /** Raw Ed25519 public key (base64url) that signs releases; null in a build without one: then there are no updates. */
  releaseKey: string | null;
  now: () => Date;
  randomBytes: (length: number) => Buffer;
  /** Between 0 and 1. */
  random: () => number;
  /** Resolves after the time, or at once when the signal fires. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** The proxy for an address from HTTPS_PROXY and NO_PROXY; empty for none. */
  proxyFromEnvironment: (url: string) => string;
  /** A line for the log. */
  log: (line: string) => void;
};
