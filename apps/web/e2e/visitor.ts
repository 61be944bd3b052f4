import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findBrowser, launchBrowser } from './browser.ts';

export type Look = {
  readonly width?: number;
  readonly language?: 'de' | 'en';
  readonly scheme?: 'light' | 'dark';
};

/** Someone in front of a browser of their own: cookies and settings are nobody else's. */
export type Visitor = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about: errors, refused requests of its content security policy. */
  readonly complaints: string[];
  close(): Promise<void>;
};

/** @throws without a browser; scripts/test.ts asks before and counts this part as not run */
export async function openBrowser(): Promise<Browser> {
  const found = findBrowser();
  if (!found.found) throw new Error(found.reason);
  return launchBrowser(found.path);
}

export async function visit(browser: Browser, origin: string, look: Look = {}): Promise<Visitor> {
  const { width = 1280, language = 'de', scheme = 'light' } = look;
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width, height: width < 600 ? 740 : 860 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: language === 'de' ? 'de-DE' : 'en-GB',
    timezoneId: 'Europe/Berlin',
    acceptDownloads: true,
  });
  context.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (line) => {
    // A refused request is told as an error by the browser, but it may be what the test wants to see.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
      complaints.push(`${page.url()}: ${line.text()}`);
  });
  return { page, context, complaints, close: () => context.close() };
}

/** Signs in by the demo's one-click address and waits for the first page. */
export async function signIn(visitor: Visitor, person: string): Promise<void> {
  await visitor.page.goto(`/demo/anmelden/${person}`);
  await settled(visitor.page);
}

/** Once signed in, the language of the account counts and not the browser's. It stays as it was set, also for later visitors. */
export async function speak({ context }: Visitor, language: 'de' | 'en'): Promise<void> {
  const { request } = context;
  // Shape of api.auth.me.
  const { csrfToken } = (await (await request.get('/api/v1/auth/me')).json()) as { csrfToken: string };
  const answer = await request.patch('/api/v1/me/profile', {
    data: { language },
    headers: { 'x-csrf-token': csrfToken },
  });
  if (!answer.ok()) throw new Error(`language not changed: ${answer.status()} ${await answer.text()}`);
}

/** Goes to an address and waits until the page has what it shows. */
export async function open(visitor: Visitor, address: string): Promise<void> {
  await visitor.page.goto(address);
  await settled(visitor.page);
}

/** There is a heading, and nothing says any more that it is loading. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"], .skeleton') === null);
}
