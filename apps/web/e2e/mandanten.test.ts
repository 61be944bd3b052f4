import type { Id } from '@bruecke/model';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SignedIn } from '../../server/e2e/testServer.ts';
import { layBinding, layConnector } from '../../server/src/modules/connectors/testLink.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

const many = 1_234;
let browser: Browser;
let world: FiguresServer & { admin: SignedIn; middle: Id };
let visitor: Visitor;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startLargeFirm()];
});
afterEach(async () => {
  expect(visitor.complaints.splice(0)).toEqual([]);
  await visitor.close();
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

/** A firm of many Mandanten, `Mandant 0001` and so on; the figures of one in the middle are set up, but not to the end. */
async function startLargeFirm() {
  const figures = await startFiguresServer({ read: false });
  const { db, server } = figures;
  const make = testFirms(db, server.services);
  const firm = await make.firm('Kanzlei Groß', { consultantNumber: 2002 });
  await db.sql(
    `with made as (insert into mandanten (mandant_id, name, created_at)
       select gen_random_uuid(), 'Mandant ' || to_char(i, 'FM0000'), $1 from generate_series(1, $2::int) i returning mandant_id, name)
     insert into engagements (mandant_id, id, firm_id, mandant_number, since)
     select mandant_id, gen_random_uuid(), $3, right(name, 4)::int, $1 from made`,
    [server.services.now(), many, firm.id],
  );
  const connectorId = await layConnector(db, server.services, firm.id, {
    machine: 'DATEV-SRV-01',
    confirmedBy: firm.admin.id,
  });
  const [middle] = await db.sql<{ mandantId: string; engagementId: string }>(
    `select mandant_id as "mandantId", id as "engagementId" from engagements where firm_id = $1 and mandant_number = 600`,
    [firm.id],
  );
  if (!middle) throw new Error('no Mandant 600');
  await layBinding(db, server.services, { ...middle, connectorId, guid: server.services.newId() });
  await db.sql(
    "update connections set setup = 'findings', setup_blocking = true, checked_at = $2 where mandant_id = $1",
    [middle.mandantId, server.services.now()],
  );
  return { ...figures, admin: await server.signIn(firm.admin), middle: middle.mandantId };
}

/** The table, and the places of the list that it asked for so far. */
async function look(): Promise<{ page: Page; asked: string[] }> {
  visitor = await visitFigures(browser, world, { who: world.admin });
  const asked: string[] = [];
  visitor.page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (/\/firms\/[^/]+\/mandanten$/.test(pathname)) asked.push(searchParams.get('offset') ?? '');
  });
  await open(visitor, '/optionen/mandanten');
  await row(visitor.page, 'Mandant 0001').waitFor();
  return { page: visitor.page, asked };
}

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text });
const scrollTo = (page: Page, to: number) =>
  page.locator('.table-scroll').evaluate((element, top) => {
    element.scrollTop = top * element.scrollHeight;
  }, to);
const firstNames = async (page: Page) =>
  (await page.locator('[data-row] .table-card-title').allInnerTexts()).slice(0, 3);
const begins = (page: Page, name: string) => page.locator('[data-row="0"]').filter({ hasText: name }).waitFor();
const isAtTop = (page: Page) => page.waitForFunction(() => document.querySelector('.table-scroll')?.scrollTop === 0);

describe('the table of more than 1,000 Mandanten', () => {
  it('is scrolled to its end, and asks only for what is in view', async () => {
    const { page, asked } = await look();
    const grid = page.getByRole('grid', { name: 'Mandantenstammdaten' });
    expect(await grid.getAttribute('aria-rowcount')).toBe(String(many + 1));
    expect(asked).toEqual(['0']);
    const figures = page.getByRole('columnheader', { name: 'Zahlen von DATEV' });
    await figures.waitFor();
    await scrollTo(page, 1);
    await row(page, `Mandant ${many}`).waitFor();
    await scrollTo(page, 0.5);
    await row(page, 'Mandant 0617').waitFor();
    expect(asked.slice(1)).toEqual(['1200', '600']);
    expect(await figures.count()).toBe(1);
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    await scrollTo(page, 1);
    await row(page, `Mandant ${many}`).waitFor();
    expect(await sticksOut(page)).toBe(false);
    expect(await findBarriersInBothSchemes(page)).toEqual([]);
  });

  it('is walked by keyboard', async () => {
    const { page } = await look();
    const focused = () => page.locator('[data-row]:focus');
    await page.locator('[data-row="0"]').focus();
    await page.keyboard.press('End');
    await focused()
      .filter({ hasText: `Mandant ${many}` })
      .waitFor();
    await page.keyboard.press('ArrowUp');
    await focused()
      .filter({ hasText: `Mandant ${many - 1}` })
      .waitFor();
    await page.keyboard.press('Home');
    await focused().filter({ hasText: 'Mandant 0001' }).waitFor();
    await page.keyboard.press('PageDown');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page
      .getByRole('heading', { name: `Mandant ${many}` })
      .or(page.getByText(`Mandant ${many}`))
      .first()
      .waitFor();
    await page.waitForURL(/\/optionen\/mandanten\/[^/]+\/verbindungen/);
  });

  it('is ordered by the server, both ways, and begins at the first row then; the button keeps the focus', async () => {
    const { page } = await look();
    await scrollTo(page, 1);
    await row(page, `Mandant ${many}`).waitFor();
    const name = page.getByRole('columnheader', { name: /^Mandant/ }).getByRole('button');
    await name.focus();
    await page.keyboard.press('Enter');
    await isAtTop(page);
    await page.keyboard.press('Enter');
    await begins(page, `Mandant ${many}`);
    expect(await firstNames(page)).toEqual([`Mandant ${many}`, `Mandant ${many - 1}`, `Mandant ${many - 2}`]);
    expect(await name.evaluate((element) => element === document.activeElement)).toBe(true);
    await scrollTo(page, 1);
    await row(page, 'Mandant 0001').waitFor();
    await page.getByRole('columnheader', { name: 'Belege zu DATEV' }).getByRole('button').click();
    await isAtTop(page);
    await begins(page, 'Mandant 0600');
  });

  it('is searched without a flash: the rows of before stay until the others are here', async () => {
    const { page } = await look();
    await scrollTo(page, 1);
    await row(page, `Mandant ${many}`).waitFor();
    await page.evaluate(() => {
      const seen = new MutationObserver(() => {
        if (document.querySelector('.skeleton, .table-wait')) document.body.dataset['flashed'] = 'yes';
      });
      seen.observe(document.body, { childList: true, subtree: true });
    });
    const search = page.getByRole('searchbox', { name: 'Name oder Nummer suchen' });
    await search.pressSequentially('Mandant 077');
    await row(page, 'Mandant 0770').waitFor();
    expect(await firstNames(page)).toEqual(['Mandant 0770', 'Mandant 0771', 'Mandant 0772']);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('11');
    await search.pressSequentially('x');
    await page.getByText('Nichts gefunden').waitFor();
    await search.fill('');
    await row(page, 'Mandant 0001').waitFor();
    expect(await page.locator('body').getAttribute('data-flashed')).toBeNull();
  });

  it('hears far down what happens to a Mandant in view', async () => {
    const { page, asked } = await look();
    await scrollTo(page, 0.48);
    await row(page, 'Mandant 0600').getByText('Einrichtung unvollständig').waitFor();
    const before = asked.length;
    const { db } = world;
    await db.sql('update connections set switched_on = false where mandant_id = $1', [world.middle]);
    await db.sql("select tell_connector(id) from connectors where machine = 'DATEV-SRV-01'");
    await row(page, 'Mandant 0600').getByText('Angehalten').waitFor();
    expect(asked.slice(before).sort()).toEqual(['0', '500', '600']);
    await db.sql('update connections set switched_on = true where mandant_id = $1', [world.middle]);
  });

  it('says when a part did not come, keeps the others, and asks again when it is scrolled to anew', async () => {
    const { page } = await look();
    let broken = true;
    await page.route(/\/mandanten\?.*offset=600\b/, (route) =>
      broken ? route.fulfill({ status: 500, body: '' }) : route.continue(),
    );
    await scrollTo(page, 0.5);
    const problem = page.getByRole('alert');
    await problem.waitFor();
    broken = false;
    await scrollTo(page, 0);
    await row(page, 'Mandant 0001').waitFor();
    await problem.waitFor({ state: 'detached' });
    await scrollTo(page, 0.5);
    await row(page, 'Mandant 0617').waitFor();
  });
});

it.each(['bearbeiten', 'verbindungen', 'protokoll'])(
  'on a phone the links to pages of a Mandant show which is open: %s',
  async (page) => {
    visitor = await visitFigures(browser, world, { who: world.admin, width: 360 });
    await open(visitor, `/optionen/mandanten/${world.middle}/${page === 'bearbeiten' ? '' : page}`);
    await visitor.page.waitForFunction(() => {
      const { left, right } = document.querySelector('.sub-nav [aria-current="page"]')?.getBoundingClientRect() ?? {};
      return left !== undefined && right !== undefined && left >= 0 && right <= innerWidth;
    });
  },
);
