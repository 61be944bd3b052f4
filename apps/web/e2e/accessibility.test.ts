import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { addressOf, pageCases } from './pages.ts';
import { open, openBrowser, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

// English differs in its texts only, and after signing in the language of the account counts.
describe.each([
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
      if (page.who) await signIn(visitor, page.who);
      signedInAs = page.who;
    }
    // Not a mere change behind the #, which would load nothing.
    await visitor.page.goto('about:blank');
    await open(visitor, await addressOf(visitor, page));
    expect(await findBarriersInBothSchemes(visitor.page)).toEqual([]);
    expect(await sticksOut(visitor.page)).toBe(false);
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe(language);
    expect(visitor.complaints).toEqual([]);
  });
});
