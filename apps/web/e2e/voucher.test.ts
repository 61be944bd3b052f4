import { readFileSync } from 'node:fs';
import { importVerifyKey, verifyReceipt } from '@bruecke/proof';
import type { Browser } from 'playwright-core';
import UTIF from 'utif2';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { findBarriersInBothSchemes } from './accessible.ts';
import { idOfMandant } from './pages.ts';
import { connectAtDatev, goToConnections, openVouchers, pdf } from './steps.ts';
import { openBrowser, signIn, type Visitor, visit } from './visitor.ts';

const origin = inject('origin');
const mandant = 'Gasthof Zur Linde';
let browser: Browser;
let visitor: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
  visitor = await visit(browser, origin);
  await signIn(visitor, 'kanzlei-admin');
});
afterEach(() => expect(visitor.complaints.splice(0)).toEqual([]));
afterAll(() => browser?.close());

/** The main job, one step after the other: they build on each other. */
describe('a voucher crosses the bridge', () => {
  const files = ['Rechnung Müller 1.pdf', 'Rechnung Müller 2.pdf', 'Rechnung Müller 3.pdf'].map((name) => ({
    name,
    mimeType: 'application/pdf',
    buffer: pdf(`${name.replace('ü', 'ue')} ${origin}`),
  }));

  it('is connected at DATEV: Optionen, Mandantenstammdaten, three dots, Verbindungen', async () => {
    const { page } = visitor;
    await goToConnections(visitor, mandant);
    await page.getByText('Nicht eingerichtet').first().waitFor();
    await connectAtDatev(visitor);
    await page.getByText('Verbunden', { exact: true }).first().waitFor();
    const text = await page.locator('main').innerText();
    expect(text).toContain('Petra Lang');
    expect(text).toMatch(/Gültig bis\s+\d\d\.\d\d\.\d{4} \d\d:\d\d/);
    expect(text).toContain('455148 / 42');
    // The technical id never shows (requirement D-11).
    expect(await page.content()).not.toContain('455148-42');
  });

  it('is handed in, and its state changes by itself', async () => {
    const { page } = visitor;
    await openVouchers(visitor, mandant);
    await page.getByRole('button', { name: 'Belege einreichen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Belege einreichen' });
    await dialog.getByText('DATEV nimmt höchstens').waitFor();
    await dialog.getByTestId('files').setInputFiles(files);
    await dialog.getByText('3 von 3 Dateien gespeichert').waitFor();
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Schließen' }).last().click();
    // Nobody reloads: the rows change because the server tells.
    for (const { name } of files) {
      await page.getByRole('row').filter({ hasText: name }).filter({ hasText: 'Übertragen' }).waitFor();
    }
  });

  it('has a receipt that can be checked offline', async () => {
    const { page } = visitor;
    const [file] = files;
    if (!file) throw new Error('no file');
    await page.getByRole('row').filter({ hasText: file.name }).getByText(file.name).click();
    const viewer = page.getByLabel('Ansicht des Belegs');
    await viewer.getByRole('heading', { name: file.name }).waitFor();
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    await viewer.getByRole('tab', { name: 'Übertragung' }).click();
    await viewer.getByText('Angekommen').first().waitFor();
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    const link = viewer.getByRole('link', { name: 'Quittung laden' });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const receipt: unknown = JSON.parse(readFileSync(await download.path(), 'utf8'));
    const key = importVerifyKey(inject('receiptKey'));
    expect(verifyReceipt(receipt, { publicKeys: [key], file: file.buffer })).toMatchObject({ ok: true });
    expect(verifyReceipt(receipt, { publicKeys: [key], file: pdf('another') }).ok).toBe(false);
  });

  it('a second time is found and shown, not silently dropped', async () => {
    const { page } = visitor;
    await openVouchers(visitor, mandant);
    await page.getByRole('button', { name: 'Belege einreichen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Belege einreichen' });
    await dialog.getByText('DATEV nimmt höchstens').waitFor();
    await dialog.getByTestId('files').setInputFiles(files.slice(0, 1));
    await dialog.getByText('Gleicher Inhalt wie').waitFor();
    await dialog.getByRole('button', { name: 'Weglassen' }).click();
  });

  // Requirement D-07 of DATEV.
  it.each([['Rechnungsausgang'], ['Kasse'], ['Kein Belegtyp']])(
    'goes to DATEV as the Belegtyp that a person chooses from the Bestand’s list: %s',
    async (type) => {
      const { page } = visitor;
      const name = `Beleg ${type}.pdf`;
      await openVouchers(visitor, mandant);
      await page.getByRole('button', { name: 'Belege einreichen' }).click();
      const dialog = page.getByRole('dialog', { name: 'Belege einreichen' });
      await dialog.getByRole('button', { name: 'Belegtyp für diese Dateien' }).click();
      const options = page.getByRole('option');
      expect(await options.allInnerTexts()).toEqual(['Kein Belegtyp', ...(await typesAtDatev())]);
      await options.filter({ hasText: type }).click();
      const file = { name, mimeType: 'application/pdf', buffer: pdf(`${type} ${origin}`) };
      await dialog.getByTestId('files').setInputFiles([file]);
      await dialog.getByText(/^1 von 1 Datei(en)? gespeichert/).waitFor();
      await dialog.getByRole('button', { name: 'Schließen' }).last().click();
      const row = page.getByRole('row').filter({ hasText: name });
      await row.filter({ hasText: 'Übertragen' }).waitFor();
      await row.getByText(name).click();
      const viewer = page.getByLabel('Ansicht des Belegs');
      await viewer.getByRole('heading', { name }).waitFor();
      await viewer.getByRole('button', { name: new RegExp(`^${type}.*Belegtyp`) }).waitFor();
      await viewer.getByRole('tab', { name: 'Übertragung' }).click();
      const link = viewer.getByRole('link', { name: 'Quittung laden' });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      // Of packages/proof: what DATEV was told.
      const receipt = JSON.parse(readFileSync(await download.path(), 'utf8')) as { documentType: unknown };
      expect(receipt.documentType).toBe(type === 'Kein Belegtyp' ? null : type);
    },
  );

  /** As DATEV told them when the Bestand was chosen. */
  async function typesAtDatev(): Promise<string[]> {
    const answer = await visitor.context.request.get(
      `/api/v1/mandanten/${await idOfMandant(visitor, mandant)}/hand-in`,
    );
    // Shape of api.vouchers.handInRules.
    const { documentTypes } = (await answer.json()) as { documentTypes: { name: string }[] };
    expect(documentTypes.length).toBeGreaterThan(2);
    return documentTypes.map(({ name }) => name);
  }

  const scanned = (width: number, height: number) =>
    Buffer.from(UTIF.encodeImage(new Uint8Array(width * height * 4).fill(120), width, height));

  async function handIn(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    const { page } = visitor;
    await openVouchers(visitor, mandant);
    await page.getByRole('button', { name: 'Belege einreichen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Belege einreichen' });
    await dialog.getByTestId('files').setInputFiles([file]);
    await dialog.getByText(/^1 von 1 Datei(en)? gespeichert/).waitFor();
    await dialog.getByRole('button', { name: 'Schließen' }).last().click();
  }

  it('from a scanner is shown, though no browser shows a TIFF by itself', async () => {
    const { page } = visitor;
    const scan = { name: 'Scan.tif', mimeType: 'image/tiff', buffer: scanned(40, 30) };
    await handIn(scan);
    await page.getByRole('row').filter({ hasText: scan.name }).getByText(scan.name).click();
    const shown = page.getByLabel('Ansicht des Belegs').getByRole('img', { name: 'Seite 1 von 1' });
    await shown.waitFor();
    await page.waitForFunction(() => document.querySelector<HTMLCanvasElement>('canvas.content-page')?.width === 40);
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
  });

  it('after one without a view shows its own', async () => {
    const { page } = visitor;
    await handIn({ name: 'Scan 2.tif', mimeType: 'image/tiff', buffer: scanned(20, 10) });
    const open = (name: string) => page.getByRole('row').filter({ hasText: name }).getByText(name).click();
    const viewer = page.getByLabel('Ansicht des Belegs');
    await page.route('**/content', (route) => route.fulfill({ body: 'II*\0 and nothing more' }), { times: 1 });
    await open('Scan 2.tif');
    await viewer.getByText('Für diese Datei gibt es hier keine Ansicht.').waitFor();
    await open('Scan.tif');
    await viewer.getByRole('img', { name: 'Seite 1 von 1' }).waitFor();
  });
});
