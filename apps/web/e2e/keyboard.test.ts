import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { idOfMandant } from './pages.ts';
import { pdf } from './steps.ts';
import { open, openBrowser, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
  visitor = await visit(browser, origin);
  await signIn(visitor, 'kanzlei-admin');
});
afterEach(() => expect(visitor.complaints.splice(0)).toEqual([]));
afterAll(() => browser?.close());

/** Presses Tab until the element with this name has the focus; every stop on the way must be seen to have it. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return null;
      const label = element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent;
      return { name: (label ?? '').trim(), box: element.getBoundingClientRect().toJSON() };
    });
    if (focused && name.test(focused.name) && (await staysFocused(page))) return;
  }
  throw new Error(`${most} times Tab, and nothing called ${name} had the focus`);
}

/** A dialog that has just opened takes the focus once more a moment later, for screen readers; Enter would then reach nobody. */
function staysFocused(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const before = document.activeElement;
    for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
    return document.activeElement === before;
  });
}

describe('by keyboard alone', () => {
  it('skips to the content', async () => {
    const { page } = visitor;
    await open(visitor, '/');
    await page.locator('body').focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/Inhalt/);
  });

  it('turns the Belegbilderservice off and on', async () => {
    const { page } = visitor;
    const id = await idOfMandant(visitor, 'Café Morgenrot');
    await open(visitor, `/optionen/mandanten/${id}/verbindungen`);
    await tabTo(page, /Belegbilderservice für diesen Mandanten/);
    await page.keyboard.press('Space');
    await page.getByText('Angehalten', { exact: true }).first().waitFor();
    await page.getByRole('switch').and(page.locator(':not([disabled])')).waitFor();
    await tabToSwitchAgain(page);
    await page.keyboard.press('Space');
    await page.getByText('Verbunden', { exact: true }).first().waitFor();
  });

  it('hands in a voucher and opens it', async () => {
    const { page } = visitor;
    const id = await idOfMandant(visitor, 'Café Morgenrot');
    const name = 'Beleg per Tastatur.pdf';
    await open(visitor, `/mandanten/${id}/belege`);
    await tabTo(page, /^Belege einreichen$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Belege einreichen' }).getByText('DATEV nimmt höchstens').waitFor();
    await tabTo(page, /^Dateien wählen$/);
    // The system's own file dialog is no part of the page.
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
    await chooser.setFiles({ name, mimeType: 'application/pdf', buffer: pdf(`Tastatur ${origin}`) });
    await page.getByText('1 von 1 Datei gespeichert').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Übertragen' }).waitFor();
    // The newest stands first; of the rows one is a tab stop.
    await tabTo(page, /Beleg per Tastatur/);
    await page.keyboard.press('Enter');
    await page.getByLabel('Ansicht des Belegs').getByRole('heading', { name }).waitFor();
  });
});

/** A switch that waits for its answer may lose the focus; then it is found again by Tab. */
async function tabToSwitchAgain(page: Page): Promise<void> {
  const has = await page.evaluate(() => document.activeElement?.getAttribute('role') === 'switch');
  if (!has) await tabTo(page, /Belegbilderservice für diesen Mandanten/);
}
