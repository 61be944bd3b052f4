import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findBrowser, launchBrowser } from '../apps/web/e2e/browser.ts';

export type TestBrowser = { readonly path: string } | { readonly reason: string };

/**
 * A Chromium that really starts: the one named by CHROMIUM, one of the machine, else one installed now (as root on Debian
 * its package, else Playwright's own download into its cache). Without one: why not, for a loud report.
 */
export async function readyBrowser(log: (line: string) => void): Promise<TestBrowser> {
  const reasons: string[] = [];
  const found = findBrowser();
  if (found.found) {
    const failure = await tryBrowser(found.path);
    if (failure === null) return { path: found.path };
    reasons.push(`${found.path} does not start: ${failure}`);
  } else reasons.push(found.reason);
  if (process.env['CHROMIUM']) return { reason: reasons.join('; ') };

  for (const [name, install] of ways()) {
    log(`No browser that starts. Installing one: ${name}`);
    try {
      install();
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`);
      continue;
    }
    const installed = findBrowser();
    const failure = installed.found ? await tryBrowser(installed.path) : installed.reason;
    if (installed.found && failure === null) return { path: installed.path };
    reasons.push(`${name}: installed, but ${failure}`);
  }
  return { reason: reasons.join('; ') };
}

function ways(): [name: string, install: () => void][] {
  const run = (command: string, args: string[]) => () => {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000, env: environment });
  };
  const debian = existsSync('/usr/bin/apt-get') && readOr('/etc/os-release').match(/^ID=debian$/m) !== null;
  const root = process.getuid?.() === 0;
  const own = run(process.execPath, ['node_modules/playwright-core/cli.js', 'install', '--no-shell', 'chromium']);
  if (!debian || !root) return [['playwright-core install chromium', own]];
  return [
    [
      'apt-get install chromium',
      () => {
        run('apt-get', ['-qq', 'update'])();
        run('apt-get', ['-qq', '-y', '--no-install-recommends', 'install', 'chromium'])();
      },
    ],
    ['playwright-core install chromium', own],
  ];
}

/** Null when it starts, else why not. A download without the system's libraries is there, and yet useless. */
async function tryBrowser(path: string): Promise<string | null> {
  try {
    const browser = await launchBrowser(path);
    await browser.close();
    return null;
  } catch (error) {
    return firstLine(error);
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
