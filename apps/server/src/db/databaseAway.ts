/**
 * SQLSTATE and errno of a database that is away or too busy just now: connection lost, shutting down, too many connections, serialization
 * failure, deadlock, lock or statement time-out, no way to its host.
 */
const CODES =
  /^(08...|57P0[1-5]|53...|40001|40P01|55P03|57014|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|ENOTFOUND)$/;
/** pg gives a connection that ended under a statement, or that none was had in time, no code. */
const MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed) and is not queryable)/;

/** Whether the same work can go well in a moment: the database did not refuse it, it could not be asked or was too busy. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (!('code' in error) || typeof error.code !== 'string') return MESSAGES.test(error.message);
  // The socket of a PostgreSQL that is being started anew; a file that is not there is another matter.
  if (error.code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect';
  return CODES.test(error.code);
}
