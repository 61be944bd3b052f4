import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { pdf } from './steps.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

let browser: Browser;
let world: FiguresServer;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startFiguresServer({ read: false })];
  for (const name of ['Bäcker 1.pdf', 'Bäcker 2.pdf', 'Miete.pdf']) {
    const query = new URLSearchParams({ name, uploadId: world.server.services.newId() });
    await world.server.ask(world.member, {
      method: 'POST',
      path: `/mandanten/${world.mandantId}/vouchers?${query}`,
      bytes: pdf(name.replace('ä', 'ae')),
    });
  }
  visitor = await visitFigures(browser, world);
  ({ page } = visitor);
});
afterEach(() => expect(visitor.complaints.splice(0)).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const row = (name: string) => page.getByRole('row').filter({ hasText: name });
const tick = (name: string) => row(name).locator('.checkbox-box').click();
const search = () => page.getByRole('searchbox');
const selected = (count: number) => page.getByText(`${count} ausgewählt`);

/** Keeps back the answers to a question of which the address tells; what is returned lets them go. */
async function hold(part: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(new RegExp(`/vouchers(/counts)?\\?.*${part}`), async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

it('is filtered without a flash: the rows of before stay, but nothing is done with them', async () => {
  await open(visitor, `/mandanten/${world.mandantId}/belege`);
  await tick('Miete.pdf');
  await selected(1).waitFor();
  await page.evaluate(() => {
    const seen = new MutationObserver(() => {
      if (document.querySelector('.skeleton, .table-wait')) document.body.dataset['flashed'] = 'yes';
    });
    seen.observe(document.body, { childList: true, subtree: true });
  });
  const release = await hold('text=B');
  await search().fill('Bäcker');
  await page.locator('.table-frame[aria-busy="true"]').waitFor();
  await selected(1).waitFor({ state: 'detached' });
  await row('Miete.pdf').getByText('Miete.pdf').click();
  await tick('Miete.pdf');
  release();
  await row('Miete.pdf').waitFor({ state: 'detached' });
  await row('Bäcker 1.pdf').waitFor();
  expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('3');
  expect(new URL(page.url()).searchParams.has('beleg')).toBe(false);
  expect(await page.getByText('ausgewählt').count()).toBe(0);
  expect(await page.locator('body').getAttribute('data-flashed')).toBeNull();
});

it('forgets a selection with the filter it was made under, be the other rows here already', async () => {
  await tick('Bäcker 1.pdf');
  await selected(1).waitFor();
  await search().fill('');
  await row('Miete.pdf').waitFor();
  await selected(1).waitFor({ state: 'detached' });
  await search().fill('Bäcker');
  await row('Miete.pdf').waitFor({ state: 'detached' });
  expect(await page.getByText('ausgewählt').count()).toBe(0);
});

it('says that nothing fits once it is known', async () => {
  await search().fill('nirgends');
  await page.getByRole('button', { name: 'Filter aufheben' }).click();
  await row('Miete.pdf').waitFor();
});

it('is left in one step back after vouchers were looked at and closed', async () => {
  const viewer = page.getByLabel('Ansicht des Belegs');
  const name = (which: string) => viewer.getByRole('heading', { name: which }).waitFor();
  await open(visitor, '/');
  await page.getByRole('link', { name: 'Belege', exact: true }).first().click();
  await row('Miete.pdf').getByText('Miete.pdf').click();
  await name('Miete.pdf');
  await row('Bäcker 1.pdf').getByText('Bäcker 1.pdf').click();
  await name('Bäcker 1.pdf');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await viewer.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toMatch(/belege$/);
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
  // Opened by its address there is no list to go back to.
  await open(visitor, `/mandanten/${world.mandantId}/belege?beleg=${world.voucherId}`);
  await viewer.getByRole('button', { name: 'Ansicht schließen' }).click();
  await viewer.waitFor({ state: 'detached' });
  expect(new URL(page.url()).pathname).toMatch(/belege$/);
});
