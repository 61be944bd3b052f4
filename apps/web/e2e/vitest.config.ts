import { defineConfig } from 'vitest/config';

/** The journeys in a real browser, against the real server: `npm run test:browser`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    // The demo, and databases for files that lay out their own.
    globalSetup: ['./globalSetup.ts', '../../server/test/globalSetup.ts'],
    // All files share one server; two at once would only wait for each other.
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 180_000,
    // Stopping a server, its worker and its PostgreSQL takes a while on a busy machine; cut short, they would be left running.
    teardownTimeout: 60_000,
    retry: 0,
  },
});
