import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readyBrowser } from './testBrowser.ts';
import { RESULTS_VARIABLE, type TestResults } from './testReporter.ts';

/**
 * `npm test`: checks, builds, all tests, the journeys in a browser. Goes on after a failure, so that one run tells all, and
 * ends with one line that adds the parts up: `N passed, N failed, N skipped`. A check or a build counts as one.
 */
type Count = { passed: number; failed: number; skipped: number };

const folder = mkdtempSync(join(tmpdir(), 'bruecke-results-'));
const total: Count = { passed: 0, failed: 0, skipped: 0 };
const lines: string[] = [];
const failures: string[] = [];

function add(part: string, startedAt: number, count: Count, remark = ''): void {
  total.passed += count.passed;
  total.failed += count.failed;
  total.skipped += count.skipped;
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const told = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
  lines.push(`${part.padEnd(28)} ${told.padEnd(40)} ${seconds} s${remark}`);
}

function run(command: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

async function step(part: string, command: string, args: string[]): Promise<boolean> {
  console.log(`\n── ${part}`);
  const startedAt = Date.now();
  const passed = (await run(command, args)) === 0;
  add(part, startedAt, { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 });
  return passed;
}

async function vitest(part: string, args: string[], environment: NodeJS.ProcessEnv = {}): Promise<void> {
  console.log(`\n── ${part}`);
  const startedAt = Date.now();
  const file = join(folder, `${part.replaceAll(' ', '-')}.json`);
  const reporters = ['--reporter=default', '--reporter=./scripts/testReporter.ts'];
  const code = await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...args, ...reporters], {
    ...environment,
    [RESULTS_VARIABLE]: file,
  });
  const results = readResults(file);
  failures.push(...results.failures);
  // Whatever else made it fail is one more.
  add(part, startedAt, { ...results, failed: code === 0 ? results.failed : Math.max(1, results.failed) });
}

function readResults(file: string): TestResults {
  try {
    // Written by testReporter.ts.
    return JSON.parse(readFileSync(file, 'utf8')) as TestResults;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { passed: 0, failed: 1, skipped: 0, failures: [`no report of the tests: ${why}`] };
  }
}

/** How many tests the browser part has, asked without running them. */
async function countBrowserTests(): Promise<number> {
  const file = join(folder, 'browser-list.json');
  await run(process.execPath, ['node_modules/vitest/vitest.mjs', 'list', ...browserConfig, `--json=${file}`]);
  try {
    const listed: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return Array.isArray(listed) ? listed.length : 1;
  } catch {
    return 1;
  }
}

const browserConfig = ['--config', 'apps/web/e2e/vitest.config.ts'];

async function browserPart(built: boolean): Promise<void> {
  const startedAt = Date.now();
  const part = 'journeys in a browser';
  const skip = async (reason: string) => {
    console.error(`\n!!! THE BROWSER PART WAS NOT RUN: ${reason}\n`);
    add(part, startedAt, { passed: 0, failed: 0, skipped: await countBrowserTests() }, `  NOT RUN: ${reason}`);
  };
  if (!built) return skip('the interface could not be built');
  const browser = await readyBrowser(console.log);
  if ('reason' in browser) return skip(browser.reason);
  await vitest(part, browserConfig, { CHROMIUM: browser.path });
}

try {
  const npm = (script: string) => ['run', '-s', script];
  await step('types', 'npm', npm('typecheck'));
  await step('lint', 'npm', npm('lint'));
  await step('boundaries', 'npm', npm('boundaries'));
  await step('unused code', 'npm', npm('unused'));
  await step('build of the programs', process.execPath, ['scripts/build.mjs']);
  const built = await step('build of the interface', 'npm', npm('build:web'));
  await vitest('tests', []);
  await browserPart(built);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
// Again, and last: between the failing test and the end of the output there are some hundred lines.
for (const failure of failures) console.log(`\nFAILED ${failure}`);
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;
