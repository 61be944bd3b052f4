import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { addressOf, pageCases } from './pages.ts';
import { open, openBrowser, signIn, speak, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

// English first, so that the accounts speak German again for the other files.
describe.each([
  { language: 'en' as const, width: 1280 },
  { language: 'en' as const, width: 360 },
  { language: 'de' as const, width: 1280 },
  { language: 'de' as const, width: 360 },
])('$language, $width pixels, light and dark', ({ language, width }) => {
  let visitor: Visitor;
  let signedInAs: string | null = null;
  beforeEach(async () => {
    visitor ??= await visit(browser, origin, { language, width });
  });
  afterEach(() => {
    visitor.complaints.length = 0;
  });
  afterAll(() => visitor?.close());

  it.each(pageCases)('$name', async (page) => {
    if (page.who !== signedInAs) {
      await visitor.context.clearCookies();
      if (page.who) {
        await signIn(visitor, page.who);
        await speak(visitor, language);
      }
      signedInAs = page.who;
    }
    // Not a mere change behind the #, which would load nothing; and from the start in the scheme that is looked at first.
    await visitor.page.goto('about:blank');
    await visitor.page.emulateMedia({ colorScheme: 'light' });
    await open(visitor, await addressOf(visitor, page));
    expect(await findBarriersInBothSchemes(visitor.page)).toEqual([]);
    expect(await sticksOut(visitor.page)).toBe(false);
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language);
    expect(visitor.complaints).toEqual([]);
  });
});
