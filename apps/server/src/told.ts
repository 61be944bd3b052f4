import { ConfigError } from './config.ts';
import { EmbeddedPostgresError } from './db/embedded.ts';
import { DatabaseSetupError } from './db/roles.ts';

const mistakesOfSetUp = [ConfigError, DatabaseSetupError, EmbeddedPostgresError];

/** What a program prints when it cannot start: of a mistake of set-up its sentence; a stack helps only against mistakes of ours. */
export function told(error: unknown): unknown {
  return error instanceof Error && mistakesOfSetUp.some((kind) => error instanceof kind) ? error.message : error;
}
