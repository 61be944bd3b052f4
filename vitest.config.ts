import { defineConfig } from 'vitest/config';

/** Everything that needs no browser; the journeys in a browser have apps/web/e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ['{apps,packages,scripts}/**/*.test.ts', '{apps,packages,scripts}/**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**', 'apps/web/e2e/**'],
    // One PostgreSQL for the whole run, started by the first test that asks for a database.
    globalSetup: ['apps/server/test/globalSetup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
