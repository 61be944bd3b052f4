import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { idOfMandant } from './pages.ts';
import { open, openBrowser, settled, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  expect(visitor.complaints).toEqual([]);
  await visitor.close();
});
afterAll(() => browser?.close());

/** The sign-in page is there, and the way back is the page one came from. */
async function expectSignInPage(way: string): Promise<void> {
  await visitor.page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  expect(new URL(visitor.page.url()).searchParams.get('weiter')).toBe(way);
}

describe('who is not signed in', () => {
  it.each(['/', '/optionen/kanzlei', '/belege'])('comes from %s to the sign-in page, and back', async (address) => {
    visitor = await visit(browser, origin);
    await visitor.page.goto(address);
    await expectSignInPage(address);
    expect(await visitor.page.getByRole('dialog').count()).toBe(0);
    await signIn(visitor, 'kanzlei-admin');
    await open(visitor, address);
    expect(visitor.page.url()).not.toContain('/anmelden');
  });

  it('has signed out', async () => {
    visitor = await visit(browser, origin);
    await signIn(visitor, 'kanzlei-admin');
    const { page } = visitor;
    await page.getByRole('button', { name: /^Konto/ }).click();
    await page.getByRole('menuitem', { name: 'Abmelden' }).click();
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    await page.goto('/');
    await expectSignInPage('/');
  });

  it('learns it on the page when the session ends meanwhile, and the server is not asked over and over', async () => {
    visitor = await visit(browser, origin);
    await signIn(visitor, 'kanzlei-admin');
    const { page, context } = visitor;
    await context.clearCookies();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/v1/auth/me')) asked += 1;
    });
    // In the page and at once: something else may have asked the server by now, and the dialog be there already.
    await page.evaluate(() => document.querySelector<HTMLElement>('a[href="/belege"]')?.click());
    await page.getByRole('dialog', { name: 'Sie wurden abgemeldet' }).waitFor();
    expect(asked).toBeLessThan(5);
  });
});

describe('the picker of Mandanten', () => {
  it('changes the Mandant as often as one likes, on the same kind of page', async () => {
    visitor = await visit(browser, origin);
    await signIn(visitor, 'kanzlei-admin');
    const { page } = visitor;
    const names = ['Café Morgenrot', 'Yoga-Studio Ananda', 'Spedition Kowalski GmbH'];
    const [first = '', ...others] = await Promise.all(names.map((name) => idOfMandant(visitor, name)));
    await open(visitor, `/mandanten/${first}/belege`);
    for (const [index, id] of others.entries()) {
      await page.getByRole('button', { name: /^Mandant / }).click();
      await page.getByRole('option', { name: new RegExp(names[index + 1] ?? '') }).click();
      await page.waitForURL(`**/mandanten/${id}/belege`);
      await settled(page);
    }
  });
});

describe('without a network', () => {
  it('what a person does fails and says so, and is not done later on its own', async () => {
    visitor = await visit(browser, origin);
    await signIn(visitor, 'kanzlei-admin');
    const { page, context } = visitor;
    const id = await idOfMandant(visitor, 'Café Morgenrot');
    await open(visitor, `/optionen/mandanten/${id}/verbindungen`);
    const toggle = page.getByRole('switch').first();
    const before = await toggle.isChecked();
    await context.setOffline(true);
    let sent = 0;
    page.on('request', (request) => {
      if (request.method() !== 'GET') sent += 1;
    });
    await page.locator('label').filter({ has: toggle }).click();
    await page.getByText('Der Server ist nicht erreichbar.').first().waitFor();
    const tried = sent;
    await context.setOffline(false);
    await page.reload();
    await settled(page);
    expect(await page.getByRole('switch').first().isChecked()).toBe(before);
    expect([tried, sent]).toEqual([1, 1]);
  });
});
