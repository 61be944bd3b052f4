import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Simulation first, then what runs whole programs: begun last, the simulation would keep one worker busy for minutes alone. */
class LongOnesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      moduleId.includes('/simulate/') ? 0 : moduleId.includes('/e2e/') ? 1 : 2;
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** Everything that needs no browser; the journeys in a browser have apps/web/e2e/vitest.config.ts. */
export default defineConfig({
  test: {
    include: ['{apps,packages,scripts}/**/*.test.ts', '{apps,packages,scripts}/**/*.test.tsx'],
    exclude: ['**/node_modules/**', '**/dist/**', 'apps/web/e2e/**'],
    // One PostgreSQL for the whole run, started by the first test that asks for a database.
    globalSetup: ['apps/server/test/globalSetup.ts'],
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Stopping a server, its worker and its PostgreSQL takes a while on a busy machine; cut short, they would be left running.
    teardownTimeout: 60_000,
    retry: 0,
  },
});
