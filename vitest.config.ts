import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{apps,packages,scripts}/**/*.test.ts', '{apps,packages,scripts}/**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['apps/server/test/globalSetup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
