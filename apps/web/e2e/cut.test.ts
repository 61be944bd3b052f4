import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { idOfMandant } from './pages.ts';
import { confirmAfresh } from './steps.ts';
import { open, openBrowser, settled, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
const password = inject('password');
const mandant = 'Tischlerei Brandt & Söhne';
let browser: Browser;
let owner: Visitor;
let firm: Visitor;
let connections: string;
beforeAll(async () => {
  browser = await openBrowser();
  [owner, firm] = [await visit(browser, origin), await visit(browser, origin)];
  await signIn(owner, 'mandanten-admin');
  await signIn(firm, 'kanzlei-admin');
  connections = `/optionen/mandanten/${await idOfMandant(owner, mandant)}/verbindungen`;
});
afterEach(() => expect([...owner.complaints.splice(0), ...firm.complaints.splice(0)]).toEqual([]));
afterAll(() => browser?.close());

/** One step after the other: they build on each other. */
describe('Trennen', () => {
  it('shows what ends and what stays, and wants the name typed', async () => {
    const { page } = owner;
    await open(owner, connections);
    await page.getByRole('link', { name: 'Trennen …' }).click();
    await page.getByText('Personen verlieren den Zugriff').waitFor();
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Weiter' }).click();
    await page.getByText('Der Mandant behält').waitFor();
    await page.getByRole('button', { name: 'Weiter' }).click();
    const cut = page.getByRole('button', { name: 'Jetzt trennen' });
    await cut.waitFor();
    expect(await cut.isDisabled()).toBe(true);
    await page.locator('main').getByRole('textbox').fill(mandant);
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
  });

  it('takes the page from the firm at that moment and leaves everything to the Mandant', async () => {
    await open(firm, connections);
    await firm.page.getByText('Verbunden', { exact: true }).first().waitFor();
    await owner.page.getByRole('button', { name: 'Jetzt trennen' }).click();
    await confirmAfresh(owner, password, 'Kanzleiverbindung getrennt');
    await owner.page.waitForFunction(
      () => document.activeElement?.contains(document.querySelector('h1')) && document.activeElement !== document.body,
    );
    // The firm's open page is told; nobody reloads it.
    await firm.page.getByText('Verbunden', { exact: true }).first().waitFor({ state: 'detached' });
    expect(await firm.page.locator('main').innerText()).not.toContain('Petra Lang');
    await firm.page.getByText('Vielleicht ist die Kanzleiverbindung').waitFor();
    await firm.page.getByRole('link', { name: 'Zur Übersicht' }).waitFor();
    const { mandanten } = (await (await firm.context.request.get('/api/v1/mandanten')).json()) as {
      mandanten: { name: string }[];
    };
    expect(mandanten.map(({ name }) => name)).not.toContain(mandant);
    await open(owner, connections.replace('/optionen', '').replace('/verbindungen', '/belege'));
    await owner.page.getByRole('row').filter({ hasText: 'Übertragen' }).first().waitFor();
  });
});

describe('a firm is invited', () => {
  it('accepts by the link of the mail, reads out the code, and the Mandant types it', async () => {
    await open(owner, connections);
    await owner.page.getByRole('button', { name: 'Kanzlei einladen' }).click();
    const dialog = owner.page.getByRole('dialog', { name: 'Kanzlei einladen' });
    await dialog.getByRole('textbox', { name: /E-Mail/ }).fill('petra.lang@example.org');
    expect(await findBarriersInBothSchemes(owner.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Einladung schicken' }).click();
    await owner.page.getByText('Eingeladen', { exact: true }).waitFor();

    const mails = await (await firm.context.request.get('/demo/postfach')).text();
    expect(mails).not.toContain(mandant);
    const link = /\S*\/kanzlei-einladung#\S+/.exec(mails)?.[0];
    if (!link) throw new Error(`no link in the mailbox: ${mails.slice(0, 500)}`);
    await open(firm, link);
    await firm.page.getByLabel('Mandantennummer in Ihrer Kanzlei').fill('17');
    expect(await findBarriersInBothSchemes(firm.page)).toEqual([]);
    await firm.page.getByRole('button', { name: 'Annehmen' }).click();
    await firm.page.getByRole('heading', { name: 'Prüfcode' }).waitFor();
    await firm.page.waitForFunction(
      () => document.activeElement?.matches(':has(.check-code)') && document.activeElement !== document.body,
    );
    const code = /\b[0-9A-Z]{3,4}(?:[ -]?[0-9A-Z]{3,4})+\b/.exec(
      (await firm.page.locator('main').innerText()).split('Prüfcode').slice(1).join(),
    )?.[0];
    if (!code) throw new Error('no check code on the page');
    expect(await (await firm.context.request.get('/demo/postfach')).text()).not.toContain(code);

    await owner.page.setViewportSize({ width: 360, height: 740 });
    await open(owner, connections);
    await owner.page.getByRole('button', { name: 'Prüfcode eingeben' }).waitFor();
    expect(await sticksOut(owner.page)).toBe(false);
    await owner.page.getByRole('button', { name: 'Prüfcode eingeben' }).click();
    await owner.page.getByRole('dialog').getByRole('textbox', { name: 'Prüfcode' }).fill(code);
    await owner.page.getByRole('dialog').getByRole('button', { name: 'Kanzleiverbindung beginnen' }).click();
    await owner.page.getByRole('link', { name: 'Trennen …' }).waitFor();
    await open(firm, connections);
    await settled(firm.page);
    await firm.page.getByText('Steuerkanzlei Lang & Partner').first().waitFor();
  });
});
