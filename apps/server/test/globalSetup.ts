import { serveTestDatabases } from '../src/db/testDatabase.ts';

/** vitest's global setup: one PostgreSQL for all test files of a run, started when the first file asks for it. */
export default async function setup(): Promise<() => Promise<void>> {
  return serveTestDatabases();
}
