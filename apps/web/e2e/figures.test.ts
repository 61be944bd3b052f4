import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cutPlaceholders, findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { open, openBrowser, speak, type Visitor } from './visitor.ts';

let figures: FiguresServer;
let browser: Browser;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  figures = await startFiguresServer();
  browser = await openBrowser();
  visitor = await visitFigures(browser, figures);
  ({ page } = visitor);
});
afterEach(() => expect(visitor.complaints.splice(0)).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await figures?.stop();
});

const address = (search = '') => `/mandanten/${figures.mandantId}/auswertungen${search}`;
const cell = (row: string, text: string) => page.getByRole('row').filter({ hasText: row }).filter({ hasText: text });

describe('from a figure to its voucher, and back', () => {
  it('opens a line of the BWA into its accounts, and an account into its postings', async () => {
    await open(visitor, '/');
    await page.getByRole('link', { name: 'Auswertungen' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Auswertungen' }).waitFor();
    await page.getByText('Stand: 02.03.2026 09:00').waitFor();
    await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
    const line = page.getByRole('button', { name: 'Material-/Wareneinkauf' });
    await line.click();
    expect(await line.getAttribute('aria-expanded')).toBe('true');
    await page.getByRole('row', { name: /^3400/ }).getByRole('link').first().click();
    await page.getByRole('heading', { level: 2, name: '3400 Wareneingang 19 % Vorsteuer' }).waitFor();
    expect(new URL(page.url()).search).toBe('?ansicht=konten&jahr=2&konto=34000000&von=2026-02&bis=2026-02');
    await cell('Mehl und Saaten', '1.234,56').waitFor();
  });

  it('shows the posting, and its voucher beside it', async () => {
    await page.getByText('Mehl und Saaten, Rechnung 4711').click();
    const posting = page.getByRole('region', { name: 'Buchung' });
    await posting.getByText('02-2026/0001').waitFor();
    await posting.getByRole('button', { name: 'Beleg öffnen' }).click();
    const viewer = page.getByLabel('Ansicht des Belegs');
    await viewer.getByRole('heading', { name: 'Rechnung Mühle Weber 4711.pdf' }).waitFor();
    await viewer.getByText('gebucht am 26.02.2026').first().waitFor();
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
  });

  it('leads from the voucher to the other side of its booking, which is open there', async () => {
    await page.getByRole('link', { name: /auf Konto 70001$/ }).click();
    await page.getByRole('heading', { level: 2, name: '70001 Mühle Weber KG' }).waitFor();
    const posting = page.getByRole('region', { name: 'Buchung' });
    await posting.getByRole('heading', { name: 'Mehl und Saaten, Rechnung 4711' }).waitFor();
    expect(await page.locator('[aria-current="true"][role="row"]').innerText()).toContain('26.02.2026');
    // The way back leads up again, to the account of which the voucher was opened.
    await page.goBack();
    await page.getByRole('heading', { level: 2, name: '3400 Wareneingang 19 % Vorsteuer' }).waitFor();
  });

  it('is the same from the page of the vouchers', async () => {
    await open(visitor, `/mandanten/${figures.mandantId}/belege?beleg=${figures.voucherId}`);
    await page.getByRole('link', { name: /auf Konto 3400$/ }).click();
    await page.getByRole('heading', { level: 2, name: '3400 Wareneingang 19 % Vorsteuer' }).waitFor();
    await page.getByRole('region', { name: 'Buchung' }).waitFor();
  });
});

it('what an address says that nobody understands is left out', async () => {
  await open(visitor, address('?ansicht=alles&konto=viele&monat=2026-13&jahr=2&fremd=1'));
  await page.getByRole('tab', { name: 'BWA', selected: true }).waitFor();
  await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
  expect(new URL(page.url()).search).toBe('?jahr=2');
});

describe('lists', () => {
  it('find by amount, text and document number', async () => {
    await open(visitor, address('?ansicht=journal'));
    const search = page.getByRole('searchbox', { name: 'Betrag, Text, Belegfeld oder Stapel' });
    for (const text of ['1.234,56', 'saaten', '4711']) {
      await search.fill(text);
      await page.getByText('2 Zeilen gefunden', { exact: false }).waitFor();
      expect(await page.getByRole('row').filter({ hasText: 'Mehl und Saaten' }).count()).toBe(2);
    }
    await search.fill('gibt es nicht');
    await page.getByRole('button', { name: 'Filter aufheben' }).click();
    await page.getByText('Buchungszeilen', { exact: false }).waitFor();
    expect(await search.inputValue()).toBe('');
  });

  it('tell debtors from creditors, due from overdue', async () => {
    await open(visitor, address('?ansicht=posten'));
    await page.getByText('6 offene Posten').waitFor();
    await cell('RE-90', '102 Tage').waitFor();
    await cell('GS-3', '−84,00').waitFor();
    await page.getByRole('button', { name: 'Kreditoren' }).click();
    await page.getByText('2 offene Posten').waitFor();
    await cell('SW-88', '17 Tage').waitFor();
    await page.getByRole('row').filter({ hasText: '4711' }).getByText('Mühle Weber KG').click();
    await page.getByRole('heading', { level: 2, name: '70001 Mühle Weber KG' }).waitFor();
  });

  it('go by keyboard alone', async () => {
    await open(visitor, address('?mitkonten=true'));
    await page.getByRole('row', { name: /^3400/ }).getByRole('link').first().focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.textContent === '3400 Wareneingang 19 % Vorsteuer');
    await open(visitor, address('?ansicht=konten'));
    await page.getByRole('searchbox').focus();
    for (const key of ['Tab', 'Tab', 'Tab', 'Tab']) await page.keyboard.press(key);
    expect(await focused(page)).toContain('Kasse');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: '1200 Bank' }).waitFor();
    await open(visitor, address('?ansicht=konten&konto=34000000&von=2026-02&bis=2026-02'));
    await page.getByRole('button', { name: 'Exportieren' }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.activeElement?.textContent?.includes('Mehl und Saaten'));
    await page.keyboard.press('Enter');
    const posting = page.getByRole('region', { name: 'Buchung' });
    await posting.waitFor();
    // The row keeps the focus, so that the arrows lead on.
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByLabel('Ansicht des Belegs').waitFor();
    await page.keyboard.press('Escape');
    await posting.waitFor();
    await page.keyboard.press('Escape');
    await posting.waitFor({ state: 'detached' });
  });
});

const focused = (of: Page) => of.evaluate(() => document.activeElement?.textContent ?? '');

async function download(format: string): Promise<Buffer> {
  await page.getByRole('button', { name: 'Exportieren' }).click();
  const item = page.getByRole('menuitem', { name: format });
  const [file] = await Promise.all([page.waitForEvent('download'), item.click()]);
  expect(file.suggestedFilename()).toMatch(/^Bäckerei Anton Huber GmbH 2026 .*Stand 2026-03-02\.(csv|xlsx|pdf)$/);
  return readFileSync(await file.path());
}

describe('files', () => {
  it.each([
    ['?monat=2026-02', 'Umsatzerlöse;11934,70;100;13073,08;-1138,38'],
    ['?ansicht=konten&art=debitoren', '10001;Hotel Seeblick GmbH;0,00;'],
    ['?ansicht=konten&konto=12000000', '01.01.2026;;;EB-Wert;;;;;;23950,00'],
    ['?ansicht=konten&konto=12000000', ';;;Jahresverkehrszahlen;;;;'],
    [
      '?ansicht=konten&konto=34000000&von=2026-02',
      '26.02.2026;70001;Mühle Weber KG;Mehl und Saaten, Rechnung 4711;4711',
    ],
    ['?ansicht=journal&text=4711', '26.02.2026;3400;Wareneingang 19 % Vorsteuer;70001'],
    ['?ansicht=posten&kreditoren=true', '70001;Mühle Weber KG;4711'],
  ])('hold what %s shows', async (search, line) => {
    await open(visitor, address(search));
    expect((await download('CSV')).toString('utf8')).toContain(line);
  });

  it('are also Excel’s and to print', async () => {
    await open(visitor, address());
    expect((await download('Excel (XLSX)')).subarray(0, 2).toString()).toBe('PK');
    expect((await download('PDF')).subarray(0, 5).toString()).toBe('%PDF-');
  });
});

describe('what is new', () => {
  it('is asked for, and comes by itself', async () => {
    const { ledger, server } = figures;
    await open(visitor, address('?ansicht=konten&art=kreditoren'));
    await cell('Mühle Weber KG', '1.234,56 H').waitFor();
    const [, year] = [...ledger.books.years.values()];
    if (!year) throw new Error('no year');
    ledger.books.book(year, { date: '2026-02-27', account: 34_000_000, contra: 700_010_000, cents: 100_00 });
    server.services.clock.forward(2 * 60_000);
    await page.getByRole('button', { name: 'Jetzt aktualisieren' }).click();
    await page.getByRole('progressbar', { name: 'Wird aktualisiert' }).waitFor();
    await figures.sync();
    await cell('70001', '1.334,56 H').waitFor();
    await page.getByText('Aktualisiert, 1 Monat hat sich geändert.').waitFor();
    await page.getByText('Stand: 02.03.2026 09:02').waitFor();
    await page.getByRole('button', { name: 'Jetzt aktualisieren' }).click();
    await page.getByText('Zu viele', { exact: false }).waitFor();
  });
});

describe('a Kontoblatt', () => {
  const sheet = (more = '') => address(`?ansicht=konten&jahr=2&konto=12000000${more}`);
  const sums = () => page.locator('.sheet-sums').innerText();
  /** Amount and side, wherever a row has its balance. */
  const balanceIn = (row: string) => /([\d.]+,\d\d [SH])\s*$/.exec(row.trim())?.[1];

  it('begins with the EB-Wert of Summen und Salden, which is no movement, and ends with the same balance', async () => {
    await open(visitor, address('?ansicht=konten&jahr=2'));
    const row = page.getByRole('row').filter({ hasText: 'Bank' }).first();
    const [, , opening, debit, credit, balance] = (await row.getByRole('gridcell').allInnerTexts()).map((text) =>
      text.trim(),
    );
    expect(opening).toBe('23.950,00 S');
    await row.click();
    await page.getByRole('heading', { level: 2, name: '1200 Bank' }).waitFor();
    expect((await sums()).split('\n').filter(Boolean)).toEqual([
      'EB-Wert',
      opening,
      'Jahresverkehrszahlen Soll',
      debit,
      'Jahresverkehrszahlen Haben',
      credit,
      'Endsaldo',
      balance,
    ]);
    const first = page.locator('[data-row="0"]');
    expect(await first.innerText()).toMatch(/^01\.01\.2026\s+EB-Wert\s+23\.950,00 S\s*$/);
    expect(await page.getByRole('row').filter({ hasText: 'Eröffnungsbuchung' }).count()).toBe(0);
    await open(visitor, sheet('&von=2026-02'));
    await page.getByText('Anfangssaldo').first().waitFor();
    expect(await first.innerText()).toMatch(/^01\.02\.2026\s+Anfangssaldo/);
    expect(await sums()).toContain(balance);
  });

  it('reads from its end, and keeps that in the address', async () => {
    await open(visitor, sheet());
    await page.getByRole('button', { name: 'Reihenfolge' }).click();
    await page.getByRole('option', { name: 'Neueste zuerst' }).click();
    await page.waitForURL(/neueste=true/);
    await page.reload();
    const first = page.locator('[data-row="0"]');
    await first.filter({ hasText: '28.02.2026' }).waitFor();
    const closing = (await sums()).split('\n').filter(Boolean).at(-1);
    expect(await first.innerText()).toContain(closing);
    await first.focus();
    await page.keyboard.press('End');
    const last = page.getByRole('row').filter({ hasText: 'EB-Wert' });
    await last.waitFor();
    expect(await last.innerText()).toContain('23.950,00 S');
    await page.getByRole('tab', { name: 'Journal' }).click();
    await page.locator('[data-row="0"]').filter({ hasText: '28.02.2026' }).waitFor();
    expect((await download('CSV')).toString('utf8').split('\r\n')[1]).toMatch(/^28\.02\.2026/);
  });

  it.each([1280, 360])('is searched, and what is found keeps its balance, at %i pixels', async (width) => {
    const other = await visitFigures(browser, figures, { width });
    await open(other, sheet());
    const rent = other.page.getByRole('row').filter({ hasText: 'Miete Backstube und Laden' });
    const balance = balanceIn(await rent.first().innerText());
    expect(balance).toBeDefined();
    const count = await rent.count();
    await other.page.getByRole('searchbox', { name: 'Betrag, Text, Belegfeld oder Stapel' }).fill('1.450');
    await other.page.getByText(`${count} Zeilen gefunden`).waitFor();
    expect(await rent.count()).toBe(count);
    expect(await other.page.getByRole('row').filter({ hasText: 'EB-Wert' }).count()).toBe(0);
    expect(balanceIn(await rent.first().innerText())).toBe(balance);
    expect(await sticksOut(other.page)).toBe(false);
    await other.page.getByRole('searchbox').fill('nirgends');
    await other.page.getByRole('button', { name: 'Filter aufheben' }).click();
    await other.page.getByRole('row').filter({ hasText: 'EB-Wert' }).waitFor();
    await other.close();
  });

  it.each([1280, 360])('keeps the running balance beside an open posting, at %i pixels', async (width) => {
    const other = await visitFigures(browser, figures, { width });
    await open(other, sheet());
    const row = other.page.locator('[data-row="3"]');
    const balance = balanceIn(await row.innerText());
    expect(balance).toBeDefined();
    await row.click();
    const posting = other.page.getByRole('region', { name: 'Buchung' });
    await posting.getByText('Saldo danach').waitFor();
    expect(await posting.innerText()).toContain(balance);
    expect(balanceIn(await row.innerText())).toBe(balance);
    expect(await sticksOut(other.page)).toBe(false);
    await other.close();
  });
});

describe('a long Kontoblatt', () => {
  it('reads on as one goes down, and holds few rows at a time', async () => {
    const { ledger, server } = figures;
    const [, year] = [...ledger.books.years.values()];
    if (!year) throw new Error('no year');
    for (let n = 1; n <= 1_300; n += 1)
      ledger.books.book(year, {
        date: '2026-02-11',
        account: 49_800_000,
        contra: 12_000_000,
        cents: n,
        text: `Nr. ${n}`,
      });
    server.services.clock.forward(10 * 60_000);
    await server.ask(figures.member, { method: 'POST', path: `/mandanten/${figures.mandantId}/figures/refresh` });
    await figures.sync();
    await open(visitor, address('?ansicht=konten&konto=49800000'));
    await page.getByText('1.300 Buchungen', { exact: false }).waitFor();
    await page.getByText('Nr. 1', { exact: true }).click();
    await page.keyboard.press('Escape');
    const last = page.getByRole('row').filter({ hasText: 'Nr. 1300' });
    // End goes to the end of what is there; three pages of 500.
    for (let press = 0; press < 20 && (await last.count()) === 0; press += 1) {
      await page.locator('[role="row"][tabindex="0"]').focus();
      await page.keyboard.press('End');
      await settledRows();
    }
    expect(await last.innerText()).toContain('8.456,50');
    expect(await page.getByRole('row').count()).toBeLessThan(100);
  });

  it('is searched part after part, and the journal says how far it is until it knows', async () => {
    await layBusyMonth();
    await open(visitor, address('?ansicht=journal'));
    const search = page.getByRole('searchbox', { name: 'Betrag, Text, Belegfeld oder Stapel' });
    await search.fill('Nr. 1300');
    await page.getByText('2 Zeilen gefunden ·', { exact: false }).waitFor();
    // The second part waits until the first was seen on the page.
    let release = () => {};
    const seen = new Promise<void>((resolve) => {
      release = resolve;
    });
    let parts = 0;
    await page.route(/text=nirgends.*cursor=/, async (route) => {
      parts += 1;
      await seen;
      await route.continue();
    });
    await search.fill('nirgends');
    const progress = page.getByRole('progressbar', { name: /^Von 4\d\.\d{3} Buchungszeilen durchsucht$/ });
    await progress.waitFor();
    expect(Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(80);
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    release();
    await page.getByText('Nichts passt zum Filter').waitFor();
    expect(await progress.count()).toBe(0);
    expect(parts).toBe(1);
    await page.unroute(/text=nirgends.*cursor=/);
  });

  /** March with 41,000 postings, past the synchronisation, which is not what this is about. */
  async function layBusyMonth(): Promise<void> {
    const { db, mandantId } = figures;
    await db.sql(
      `insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, date, account, debit, credit)
       select $1, 9000, 1 + 250 * n, 1, array_fill(date '2026-03-10', array[250]), array_fill(49700000, array[250]),
              array_fill(1::bigint, array[250]), array_fill(0::bigint, array[250])
         from generate_series(0, 163) n`,
      [mandantId],
    );
    await db.sql(
      `insert into fiscal_months (mandant_id, year_no, month, ledger_no, load_no, row_count, read_at, fingerprint)
       values ($1, 2, '2026-03-01', 1, 9000, 41000, now(), 'x')
       on conflict (mandant_id, year_no, month) do update set load_no = 9000, row_count = 41000`,
      [mandantId],
    );
  }

  const settledRows = () => page.waitForFunction(() => document.querySelector('.table-wait') === null);
});

const views = ['', '?jahresform=true&mitkonten=true', '?ansicht=konten', '?ansicht=konten&konto=12000000'].concat([
  '?ansicht=konten&konto=34000000&neueste=true',
  '?ansicht=journal',
  '?ansicht=posten',
  '?ansicht=grafik&jahr=1',
]);

describe.each([
  { language: 'en' as const, width: 360 },
  { language: 'en' as const, width: 1280 },
  { language: 'de' as const, width: 360 },
  { language: 'de' as const, width: 1280 },
])('$language, $width pixels, light and dark', ({ language, width }) => {
  it('has no barrier in any view, and room for what each search says', async () => {
    const other = await visitFigures(browser, figures, { language, width });
    await speak(other, language);
    for (const view of views) {
      await open(other, address(view));
      expect(await findBarriersInBothSchemes(other.page), view).toEqual([]);
      expect(await sticksOut(other.page), view).toBe(false);
      expect(await cutPlaceholders(other.page), view).toEqual([]);
    }
    await other.page
      .getByRole('button', { name: language === 'de' ? 'Als Tabelle' : 'As table' })
      .first()
      .click();
    expect(await findBarriersInBothSchemes(other.page)).toEqual([]);
    expect(other.complaints).toEqual([]);
    await other.close();
  });
});
