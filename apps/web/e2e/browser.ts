import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

export type FoundBrowser = { found: true; path: string } | { found: false; reason: string };

/**
 * Where a Chromium is: the one named by CHROMIUM, Debian's, else Playwright's own download.
 * Without one the browser part is reported as not run by the caller, loudly and never as passed.
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): FoundBrowser {
  const { CHROMIUM: named } = environment;
  if (named) {
    if (existsSync(named)) return { found: true, path: named };
    return { found: false, reason: `CHROMIUM names ${named}, which does not exist` };
  }
  for (const path of ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', own()]) {
    if (path && existsSync(path)) return { found: true, path };
  }
  return {
    found: false,
    reason: 'no Chromium: install Debian’s package "chromium" or run "npx playwright-core install chromium"',
  };
}

function own(): string | null {
  try {
    return chromium.executablePath();
  } catch {
    return null;
  }
}

/** Headless; as root Chromium can't use its sandbox. The caller closes it. */
export function launchBrowser(path: string): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: path,
    headless: true,
    // Chromium takes its own language (date fields, spelling) from here, not from the page.
    env: { ...process.env, LANGUAGE: 'de' },
    args: ['--disable-gpu', '--force-color-profile=srgb', ...(asRoot ? ['--no-sandbox'] : [])],
  });
}
