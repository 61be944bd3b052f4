import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes } from './accessible.ts';
import { idOfMandant } from './pages.ts';
import { open, openBrowser, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
const mandant = 'Blumen Petersen';
const email = 'inhaberin@example.org';
let browser: Browser;
let firm: Visitor;
let invited: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
  [firm, invited] = [await visit(browser, origin), await visit(browser, origin)];
  await signIn(firm, 'kanzlei-admin');
});
afterEach(() => expect([...firm.complaints.splice(0), ...invited.complaints.splice(0)]).toEqual([]));
afterAll(() => browser?.close());

it('Trennen becomes possible on the open page, as soon as the Mandanten-Admin invited from it has accepted', async () => {
  const { page } = firm;
  await open(firm, `/optionen/mandanten/${await idOfMandant(firm, mandant)}/verbindungen/trennen`);
  const banner = page.getByRole('alert').filter({ hasText: 'Trennen ist noch nicht möglich.' });
  const next = page.getByRole('button', { name: 'Weiter' });
  await banner.waitFor();
  expect(await next.isDisabled()).toBe(true);
  expect(await findBarriersInBothSchemes(page)).toEqual([]);

  await banner.getByRole('button', { name: 'Person einladen' }).click();
  const dialog = page.getByRole('dialog', { name: 'Person einladen' });
  await dialog.getByRole('textbox', { name: /E-Mail/ }).fill(email);
  await dialog.getByRole('button', { name: 'Einladung schicken' }).click();
  await banner.filter({ hasText: `Eingeladen: ${email}` }).waitFor();

  const mails = await (await firm.context.request.get('/demo/postfach')).text();
  const link = /\S*\/einladung#\S+/.exec(mails)?.[0];
  if (!link) throw new Error(`no link in the mailbox: ${mails.slice(0, 500)}`);
  await open(invited, link);
  await invited.page.getByRole('textbox', { name: 'Vor- und Nachname' }).fill('Frieda Petersen');
  await invited.page.getByLabel('Passwort wählen').fill('Rosen und Nelken am Markt 7');
  await invited.page.getByRole('button', { name: 'Annehmen und anmelden' }).click();

  // Nobody reloads the firm's page: it is told.
  await banner.waitFor({ state: 'detached' });
  await next.click();
  await page.getByText('Der Mandant behält').waitFor();
});
