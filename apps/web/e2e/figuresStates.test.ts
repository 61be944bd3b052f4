import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

let browser: Browser;
let figures: FiguresServer | null = null;
let visitor: Visitor;
beforeAll(async () => {
  browser = await openBrowser();
});
afterEach(async () => {
  expect(visitor.complaints.splice(0)).toEqual([]);
  await visitor.close();
  await figures?.stop();
  figures = null;
});
afterAll(() => browser?.close());

/** The page on a phone, where room is scarce; books that were read or not. */
async function look(of: FiguresServer): Promise<Visitor> {
  figures = of;
  visitor = await visitFigures(browser, of, { width: 360 });
  await open(visitor, `/mandanten/${of.mandantId}/auswertungen`);
  return visitor;
}

async function hasNoBarrier(): Promise<void> {
  expect(await findBarriersInBothSchemes(visitor.page)).toEqual([]);
  expect(await sticksOut(visitor.page)).toBe(false);
}

const channel = "where mandant_id = $1 and channel = 'datevconnect'";

describe('a Mandant', () => {
  it('without DATEVconnect hears what would bring figures', async () => {
    const of = await startFiguresServer({ read: false });
    await of.db.sql(`delete from connections ${channel}`, [of.mandantId]);
    const { page } = await look(of);
    await page.getByRole('heading', { name: 'Noch keine Auswertungen' }).waitFor();
    await hasNoBarrier();
    await page.getByRole('link', { name: 'Übersicht' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Übersicht' }).waitFor();
    expect(await page.getByRole('link', { name: 'Auswertungen' }).count()).toBe(0);
  });

  it('sees the books come for the first time, year by year, without reloading', async () => {
    const of = await startFiguresServer({ read: false });
    const { page } = await look(of);
    await page.getByRole('heading', { name: 'Die Auswertungen kommen' }).waitFor();
    await of.ledger.sync();
    let parts = 0;
    await of.ledger.connect({
      partRows: 60,
      afterPart: () => {
        parts += 1;
        return parts > 12 ? 'stop' : undefined;
      },
    });
    await page.getByRole('heading', { name: 'Die Buchhaltung wird zum ersten Mal übernommen' }).waitFor();
    await page.getByText(/^\d+ von etwa 1\.\d{3} Buchungen$/).waitFor();
    await page
      .getByText(/^Buchungen \w+ 202[56]$/)
      .first()
      .waitFor();
    await hasNoBarrier();
    // What broke off is handed out anew after a while, and goes on where it was.
    of.server.services.clock.forward(11 * 60_000);
    await of.sync();
    await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
  });

  it('whose connection is off sees the last state, and since when', async () => {
    const of = await startFiguresServer();
    await of.db.sql(`update connections set switched_on = false ${channel}`, [of.mandantId]);
    const { page } = await look(of);
    await page.getByText('DATEVconnect ist seit 02.03.2026 09:00 ausgeschaltet.').waitFor();
    await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
    expect(await page.getByRole('button', { name: 'Jetzt aktualisieren' }).count()).toBe(0);
    await hasNoBarrier();
  });

  it('has nothing to renew in a year of a former Kanzleiverbindung', async () => {
    const of = await startFiguresServer();
    await of.db.sql('update ledgers set left_at = $2 where mandant_id = $1', [of.mandantId, of.server.services.now()]);
    const { page } = await look(of);
    await page.getByText('Dieses Wirtschaftsjahr stammt aus einer früheren Kanzleiverbindung.').waitFor();
    await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
    expect(await page.getByRole('button', { name: 'Jetzt aktualisieren' }).count()).toBe(0);
    await hasNoBarrier();
  });

  it('in whose books nothing is booked yet reads that instead of an empty form', async () => {
    const of = await startFiguresServer();
    await of.db.sql('delete from account_balances where mandant_id = $1', [of.mandantId]);
    const { page } = await look(of);
    await page.getByText('In diesem Zeitraum ist nichts gebucht').waitFor();
    await hasNoBarrier();
  });

  it('hears that the last run failed, and that what is shown still stands', async () => {
    const of = await startFiguresServer();
    of.server.services.clock.forward(20 * 60_000);
    await of.server.ask(of.member, { method: 'POST', path: `/mandanten/${of.mandantId}/figures/refresh` });
    await of.ledger.sync();
    await of.ledger.connect({ before: ({ order }) => (order.kind === 'checkYear' ? 'connectionRefused' : undefined) });
    const { page } = await look(of);
    await page.getByText('Der letzte Abgleich (02.03.2026 09:20) ist nicht gelungen.').waitFor();
    await page.getByText('Stand: 02.03.2026 09:00').waitFor();
    await hasNoBarrier();
  });

  it('without the posting licence reads that postings are rebuilt', async () => {
    const of = await startFiguresServer({ read: false });
    of.ledger.books.setLicence(false);
    await of.sync();
    const { page } = await look(of);
    await page.getByText('Aus Buchungsstapeln nachgebildet.').waitFor();
    await hasNoBarrier();
  });

  it('sees where postings and balances differ', async () => {
    const of = await startFiguresServer();
    const difference = { account: 84_000_000, month: 2, postings: -1000, balances: -2000 };
    await of.db.sql(
      'update fiscal_years set difference_count = 1, differences = $2 where mandant_id = $1 and year_no = 2',
      [of.mandantId, JSON.stringify([difference])],
    );
    const { page } = await look(of);
    await page.getByRole('button', { name: 'Abweichungen zeigen' }).click();
    await page
      .getByRole('dialog')
      .getByRole('row', { name: /8400 Erlöse 19 % USt 02\/2026 −10,00 −20,00/ })
      .waitFor();
    await hasNoBarrier();
  });

  it('of somebody else is not there', async () => {
    const of = await startFiguresServer();
    const { page } = await look(of);
    await open(visitor, `/mandanten/${of.voucherId}/auswertungen`);
    await page.getByRole('heading', { name: 'Dafür fehlt Ihnen ein Recht' }).waitFor();
    await hasNoBarrier();
  });
});
