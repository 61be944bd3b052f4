import { defineConfig } from 'vitest/config';

/** The journeys in a real browser, against the real server: `npm run test:browser`. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: ['./globalSetup.ts'],
    // All files share one server; two at once would only wait for each other.
    maxWorkers: 1,
    testTimeout: 240_000,
    hookTimeout: 180_000,
    retry: 0,
  },
});
