/** Whether the database refused a row because it would break this unique key (SQLSTATE 23505). */
export function breaksUnique(error: unknown, constraint: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === constraint
  );
}

/**
 * Whether the database could not take a value as it was given: NUL (22021, 22P05), no such number, UUID or enum (22P02), no such time (22007,
 * 22008). What comes from outside is checked before; this is for what slips through.
 */
export function isUnstorable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && UNSTORABLE.has(error.code);
}

const UNSTORABLE = new Set(['22021', '22P05', '22P02', '22007', '22008']);
