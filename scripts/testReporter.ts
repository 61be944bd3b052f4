import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** What a run of vitest came to. An error outside of a test (a file that does not load, a hook, one that nobody caught) counts as a failure. */
export type TestResults = { passed: number; failed: number; skipped: number; failures: string[] };

/** Where the reporter writes its {@link TestResults} to, as JSON. */
export const RESULTS_VARIABLE = 'BRUECKE_TEST_RESULTS';

type Failure = { readonly stack?: string | undefined; readonly message?: string | undefined };

/** vitest's reporter for `npm test`, beside the one that prints. */
export default class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly Failure[]): void {
    const results: TestResults = { passed: 0, failed: 0, skipped: 0, failures: [] };
    const fail = (what: string, errors: readonly Failure[]) => {
      results.failed += 1;
      results.failures.push([what, ...errors.map(told)].join('\n'));
    };
    for (const module of modules) {
      const file = module.relativeModuleId;
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        if (state === 'passed') results.passed += 1;
        else if (state === 'failed') fail(`${file} > ${test.fullName}`, errors);
        else results.skipped += 1;
      }
      for (const around of [module, ...module.children.allSuites()]) {
        const errors = around.errors();
        if (errors.length > 0) fail(`${file}, outside of its tests`, errors);
      }
    }
    for (const error of unhandledErrors) fail('an error that nobody caught', [error]);
    writeFileSync(process.env[RESULTS_VARIABLE] ?? '', JSON.stringify(results));
  }
}

/** With the places in our own code. */
function told({ stack, message }: Failure): string {
  const lines = (stack ?? message ?? 'no message').split('\n');
  return lines.filter((line) => !/^\s+at .*(node:|node_modules)/.test(line)).join('\n');
}
