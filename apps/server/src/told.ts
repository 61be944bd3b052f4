import { ConfigError } from './config.ts';
import { EmbeddedPostgresError } from './db/embedded.ts';
import { DatabaseSetupError } from './db/roles.ts';

const mistakesOfSetUp = [ConfigError, DatabaseSetupError, EmbeddedPostgresError];

/** What a program prints when it cannot start: of a mistake of set-up a sentence; a stack helps only against mistakes of ours. */
export function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (mistakesOfSetUp.some((kind) => error instanceof kind)) return error.message;
  if (!('syscall' in error)) return error;
  if (error.syscall === 'listen') return cannotListen(error);
  if (!('path' in error)) return error;
  return `Brücke cannot start: ${error.message}. The user who starts it has to be able to read and write there: see BRUECKE_DATA, BRUECKE_SECRETS and BRUECKE_MIGRATIONS.`;
}

function cannotListen(error: Error): string {
  const why = 'code' in error && error.code === 'EADDRINUSE' ? 'another program does already' : error.message;
  const where = 'address' in error && 'port' in error ? `${error.address}:${error.port}` : 'its address';
  return `Brücke cannot listen on ${where}: ${why}. Give another PORT (and HOST), or stop the other program.`;
}
