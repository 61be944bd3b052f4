import { join } from 'node:path';

/** Where the program keeps what is its own. */
export type Folders = {
  /** What people decide: settings, released clients. */
  config: string;
  /** What the program learns: key pair, pairing, credentials, orders done, updates. */
  state: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Linux: /etc/bruecke-connector and /var/lib/bruecke-connector. Windows: `config` and `state` in %ProgramData%\Bruecke Konnektor.
 * BRUECKE_CONNECTOR_HOME puts both into a folder of one's own.
 */
export function foldersFor(platform: 'linux' | 'win32', environment: Environment): Folders {
  const home = environment['BRUECKE_CONNECTOR_HOME'];
  if (home) return { config: join(home, 'config'), state: join(home, 'state') };
  if (platform === 'linux') return { config: '/etc/bruecke-connector', state: '/var/lib/bruecke-connector' };
  const data = `${environment['ProgramData'] ?? 'C:\\ProgramData'}\\Bruecke Konnektor`;
  return { config: `${data}\\config`, state: `${data}\\state` };
}
