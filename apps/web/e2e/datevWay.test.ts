import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes } from './accessible.ts';
import { idOfMandant } from './pages.ts';
import { consentAtDatev, signInAtDatev } from './steps.ts';
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

it('says what is still missing to whoever goes back from DATEV, and "Verbunden" only when and while it is so', async () => {
  const { page } = visitor;
  await open(visitor, `/optionen/mandanten/${await idOfMandant(visitor, 'Yoga-Studio Ananda')}/verbindungen`);
  await signInAtDatev(visitor);
  await findOtherDatasets();
  await page.getByRole('button', { name: 'Diesen Bestand wählen', exact: true }).click();
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();

  await page.goBack();
  await page.getByRole('heading', { name: 'Bestand gewählt, die Freigabe bei DATEV fehlt noch.' }).waitFor();
  expect(await page.locator('main').innerText()).not.toContain('Verbunden.');
  expect(await findBarriersInBothSchemes(page)).toEqual([]);

  await page.getByRole('button', { name: 'Weiter zur Freigabe bei DATEV' }).click();
  await consentAtDatev(page);
  const connected = page.getByText('Verbunden und geprüft.');
  await connected.waitFor();
  await page.waitForURL(/\/verbindungen$/);
  await page.getByRole('button', { name: 'Mehr', exact: true }).first().click();
  await page.getByRole('menuitem', { name: 'DATEV-Freigabe beenden' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'DATEV-Freigabe beenden' }).click();
  await connected.waitFor({ state: 'detached' });
});

/** Requirement D-02 of DATEV: a firm has hundreds of them. Leaves the search empty, with the one that fits in its place. */
async function findOtherDatasets(): Promise<void> {
  const { page } = visitor;
  const search = page.getByRole('searchbox', { name: 'Firma oder Nummer suchen' });
  const found = page.getByRole('list', { name: 'Andere Bestände' }).getByRole('listitem');
  expect(await found.count()).toBeGreaterThan(5);
  for (const text of ['linde', '455148 42']) {
    await search.fill(text);
    await found.nth(1).waitFor({ state: 'detached' });
    expect(await found.innerText()).toMatch(/Gasthof Zur Linde[\s\S]*455148 \/ 42/);
  }
  await search.fill('');
  await page.getByText('Nummern passen').waitFor();
}
