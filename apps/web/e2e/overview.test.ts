import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SignedIn } from '../../server/e2e/testServer.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import { minute } from '../../server/src/testServices.ts';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { visitFigures } from './figuresServer.ts';
import { type OverviewWorld, startOverviewWorld } from './overviewWorld.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

let browser: Browser;
let world: OverviewWorld;
let visitor: Visitor | null = null;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startOverviewWorld()];
});
afterEach(async () => {
  expect(visitor?.complaints.splice(0)).toEqual([]);
  await visitor?.close();
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

async function look(who: SignedIn, address: string) {
  visitor = await visitFigures(browser, world, { who });
  await open(visitor, address);
  return visitor.page;
}

/** On a wide page and on a phone, in both schemes. */
async function hasNoBarrier(): Promise<void> {
  if (!visitor) throw new Error('nobody looks');
  const { page } = visitor;
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await sticksOut(page)).toBe(false);
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
}

describe('the Übersicht of a firm', () => {
  it('shows a Kanzlei-Admin what of the figures needs a person, with the next step, and nothing else', async () => {
    const page = await look(world.admin, '/');
    const needs = page.locator('.need-list > li');
    await needs.first().waitFor();
    expect((await needs.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '))).toEqual([
      'Konnektor auf DATEV-NEU Wartet auf Bestätigung Fingerabdruck vergleichen und bestätigen',
      'DATEVconnect: 2 Mandanten Konnektor meldet sich nicht Auf dem DATEV-Server nachsehen, ob der Konnektor läuft',
      'Elektro Schmitt e. K. 10002 Einrichtung unvollständig Befunde bei DATEV beheben',
      'Autohaus Lindner GmbH 10006 Wartet auf Bestätigung Zuordnung des Bestands bestätigen',
    ]);
    await hasNoBarrier();
    await page.getByRole('link', { name: 'Befunde bei DATEV beheben' }).click();
    await page
      .getByRole('region', { name: 'DATEVconnect', exact: true })
      .getByText('Einrichtung unvollständig')
      .waitFor();
  });

  it('changes by itself when the connector is heard of again', async () => {
    const page = await look(world.admin, '/');
    await page.getByText('DATEVconnect: 2 Mandanten').waitFor();
    const { db, server } = world;
    await db.sql("update connectors set last_seen_at = $1 where machine = 'DATEV-ALT'", [server.services.now()]);
    await db.sql("select tell_connector(id) from connectors where machine = 'DATEV-ALT'");
    await page.getByText('DATEVconnect: 2 Mandanten').waitFor({ state: 'detached' });
    await db.sql("update connectors set last_seen_at = last_seen_at - interval '1 hour' where machine = 'DATEV-ALT'");
  });

  it('shows as well what happened after it was loaded and before it listened', async () => {
    visitor = await visitFigures(browser, world, { who: world.admin });
    const { page } = visitor;
    let listen = () => {};
    const held = new Promise<void>((done) => {
      listen = done;
    });
    await page.route('**/live?*', async (route) => {
      await held;
      await route.continue();
    });
    await open(visitor, '/');
    await page.getByText('DATEVconnect: 2 Mandanten').waitFor();
    const { db, server } = world;
    await db.sql("update connectors set last_seen_at = $1 where machine = 'DATEV-ALT'", [server.services.now()]);
    await db.sql("select tell_connector(id) from connectors where machine = 'DATEV-ALT'");
    listen();
    await page.getByText('DATEVconnect: 2 Mandanten').waitFor({ state: 'detached' });
    await db.sql("update connectors set last_seen_at = last_seen_at - interval '1 hour' where machine = 'DATEV-ALT'");
  });

  it('tells a Kanzleinutzer who can do it', async () => {
    const page = await look(world.user, '/');
    const silent = page.locator('.need-list > li').filter({ hasText: 'DATEVconnect: 2 Mandanten' });
    await silent.getByText('Das kann ein Kanzlei-Admin.').waitFor();
    expect(await page.getByText('DATEV-NEU').count()).toBe(0);
  });

  it('asks nothing of a firm that has set up nothing', async () => {
    const page = await look(world.stranger, '/');
    await page.getByText('Bei allen Mandanten läuft es.').waitFor();
    await open(visitor as Visitor, '/optionen/mandanten');
    await page.getByRole('columnheader', { name: 'Belege zu DATEV' }).waitFor();
    expect(await page.getByRole('columnheader', { name: 'Zahlen von DATEV' }).count()).toBe(0);
  });
});

describe('the table of Mandanten', () => {
  it('shows how the figures of each come', async () => {
    const page = await look(world.admin, '/optionen/mandanten');
    const row = (name: string) => page.getByRole('row').filter({ hasText: name });
    await row('Bäckerei Anton Huber GmbH').getByText('Stand: 02.03.2026 09:00').waitFor();
    await row('Café Morgenrot').getByText('Angehalten').waitFor();
    await row('Blumen Petersen').getByText('Konnektor meldet sich nicht').waitFor();
    await row('Zahnarztpraxis Dr. Yilmaz').getByText('–', { exact: true }).waitFor();
    await hasNoBarrier();
  });
});

describe('the Übersicht of a Mandant', () => {
  it('shows its own people the figures at a glance, each with the way down', async () => {
    const page = await look(world.member, '/');
    const glance = page.getByRole('region', { name: 'Zahlen 2026' });
    await glance.getByText('Stand: 02.03.2026 09:00').waitFor();
    const shown = (await glance.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n'));
    expect(shown.map(([label]) => label)).toEqual([
      'Ergebnis im Jahr',
      'Ergebnis im Monat',
      'Forderungen',
      'Verbindlichkeiten',
      'Kasse und Bank',
    ]);
    // The same as the BWA says, where the first figure leads to.
    const [[, result = ''] = []] = shown;
    await hasNoBarrier();
    await glance.getByRole('link', { name: 'Ergebnis im Jahr' }).click();
    await page.getByText('Die BWA stimmt mit den Salden überein.').waitFor();
    const amount = result.replace('€', '').trim();
    await page
      .getByRole('row', { name: /Vorläufiges Ergebnis/ })
      .filter({ hasText: amount })
      .waitFor();
  });

  it('says what hangs, and to whom it cannot be done here who can', async () => {
    const page = await look(world.user, `/mandanten/${world.mandanten.silent}`);
    const ways = page.getByRole('region', { name: 'Verbindung zu DATEV' });
    await ways.getByText('Konnektor meldet sich nicht').waitFor();
    await ways.getByText('Das kann ein Kanzlei-Admin.').waitFor();
    await page.getByText('Nichts zu tun.').waitFor();
    expect(await page.getByRole('region', { name: /^Zahlen/ }).count()).toBe(0);
    await hasNoBarrier();
  });

  it('puts the step that a Kanzlei-Admin can take among the things to do', async () => {
    const page = await look(world.admin, `/mandanten/${world.mandanten.findings}`);
    await page
      .getByRole('region', { name: 'Zu tun' })
      .getByRole('link', { name: 'Befunde bei DATEV beheben' })
      .waitFor();
  });
});

describe('back from DATEV with a sign-in that is too old', () => {
  it('the Übersicht says so, once', async () => {
    const page = await look(world.admin, '/api/v1/datev/callback?state=state-that-nobody-knows-any-more&code=x');
    const told = page.getByText('Die Anmeldung bei DATEV wurde nicht abgeschlossen.');
    await told.waitFor();
    await page.waitForURL(({ pathname, search }) => pathname === '/' && search === '');
    await page.locator('.need-list').waitFor();
    await hasNoBarrier();
    await page.reload();
    await page.locator('.need-list').waitFor();
    expect(await told.count()).toBe(0);
  });
});

describe('a connection that lets no vouchers through', () => {
  it('is something to do for whoever may put it right, and others read who can', async () => {
    const { db, server, mandantId } = world;
    const setup = (state: 'findings' | 'unchecked') =>
      db.sql(
        `update connections set setup = $2, setup_blocking = $2 = 'findings', checked_at = $3
          where mandant_id = $1 and channel = 'belegbilderservice'`,
        [mandantId, state, server.services.now()],
      );
    await setup('findings');
    const make = testFirms(db, server.services);
    const as = async (name: string, role: 'admin' | 'user') =>
      look(await server.signIn(await make.member(mandantId, name, role, ['read'])), '/');
    const words = 'Befunde bei DATEV beheben, dann testen';
    const own = (await as('Olga Huber', 'admin')).getByRole('region', { name: 'Zu tun' });
    await own.getByRole('link', { name: words }).waitFor();
    expect(await own.getByText('Nichts zu tun.').count()).toBe(0);
    await visitor?.close();
    const ways = (await as('Nils Huber', 'user')).getByRole('region', { name: 'Verbindung zu DATEV' });
    await ways.getByText('Das kann ein Kanzlei-Admin oder ein Mandanten-Admin.').waitFor();
    await hasNoBarrier();
    await setup('unchecked');
  });
});

describe('the Übersicht of somebody with several Mandanten', () => {
  it('says of each what is to be done, how it is connected and what came last', async () => {
    const { db, server, mandantId, mandanten } = world;
    const make = testFirms(db, server.services);
    const person = await make.member(mandantId, 'Jutta Huber', 'admin');
    await make.joinMandant(mandanten.findings, person.id, 'admin', []);
    const page = await look(await server.signIn(person), '/');
    const baker = page.getByRole('region', { name: 'Bäckerei Anton Huber GmbH' });
    await baker.getByText('Nichts zu tun.').waitFor();
    await baker.getByText('Stand: 02.03.2026 09:00').waitFor();
    const other = page.getByRole('region', { name: 'Elektro Schmitt e. K.' });
    await other.getByText('Einrichtung unvollständig').waitFor();
    await other.getByText('Befunde bei DATEV beheben').waitFor();
    await other.getByText('Noch nichts eingereicht.').waitFor();
    await hasNoBarrier();
    await baker.getByRole('link', { name: 'Rechnung Mühle Weber 4711.pdf' }).click();
    await page.getByLabel('Ansicht des Belegs').getByText('Übertragen').waitFor();
  });
});

describe('the lists of a firm', () => {
  it('show by themselves that a run failed, and that the next one did not', async () => {
    const { db, ledger, mandantId, server } = world;
    const run = async (options: Parameters<typeof ledger.run>[0] = {}) => {
      server.services.clock.forward(minute);
      await db.sql('update ledgers set due_at = null where mandant_id = $1', [mandantId]);
      await ledger.run(options);
    };
    const page = await look(world.admin, '/');
    const need = page.locator('.need-list > li').filter({ hasText: 'Bäckerei Anton Huber GmbH' });
    await page.getByText('Elektro Schmitt e. K.').waitFor();
    expect(await need.count()).toBe(0);
    // Nothing but the run: that something is wrong with the set-up as well, a probe would tell.
    await run({ before: ({ order }) => (order.kind === 'probe' ? undefined : 'dataRightMissing') });
    await need.waitFor();
    await run();
    await need.waitFor({ state: 'detached' });
  });
});
