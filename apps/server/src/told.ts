import { ConfigError } from './config.ts';
import { EmbeddedPostgresError } from './db/embedded.ts';
import { DatabaseSetupError } from './db/roles.ts';

const mistakesOfSetUp = [ConfigError, DatabaseSetupError, EmbeddedPostgresError];

/** What a program prints when it cannot start: of a mistake of set-up a sentence; a stack helps only against mistakes of ours. */
export function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (mistakesOfSetUp.some((kind) => error instanceof kind)) return error.message;
  const remedy = remedyOf(error);
  return remedy === null ? error : `Brücke cannot start: ${error.message}. ${remedy}`;
}

/** For what the machine refuses: an address to listen at, or a file or folder. */
function remedyOf(error: Error): string | null {
  if (!('syscall' in error)) return null;
  if (error.syscall === 'listen')
    return 'Another program may listen there, or the address be none of this machine: see HOST and PORT.';
  if (!('path' in error)) return null;
  return 'The user who starts Brücke has to be able to read and write there: see BRUECKE_DATA, BRUECKE_SECRETS and BRUECKE_MIGRATIONS.';
}
