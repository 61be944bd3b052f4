import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { SignedIn } from '../../server/e2e/testServer.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import { findBarriersInBothSchemes } from './accessible.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { pdf } from './steps.ts';
import { open, openBrowser, settled, type Visitor } from './visitor.ts';

const password = 'Drei Kähne im Nebel';
let browser: Browser;
let world: FiguresServer;
/** Both of the same Mandant. */
let member: SignedIn;
let other: SignedIn;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startFiguresServer({ read: false })];
  const { db, server, mandantId } = world;
  // The server's clock says until when a cookie is good, the browser's whether it still is.
  server.services.clock.set(new Date('2100-01-04T08:00:00Z'));
  member = await server.signIn(world.member);
  other = await server.signIn(await testFirms(db, server.services).member(mandantId, 'Bruno Huber'));
  for (const person of [member, other])
    await server.ask(person, { method: 'POST', path: '/me/password', body: { password } });
});
beforeEach(async () => {
  await world.db.sql('update sessions set ended_at = null where id = $1', [member.sessionId]);
  visitor = await visitFigures(browser, world, { who: member });
  ({ page } = visitor);
  await open(visitor, `/mandanten/${world.mandantId}/belege?beleg=${world.voucherId}`);
  await viewer().getByLabel('Notiz').waitFor();
});
afterEach(async () => {
  expect(visitor.complaints).toEqual([]);
  await visitor.close();
});
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const viewer = () => page.getByLabel('Ansicht des Belegs');
const dialog = () => page.getByRole('dialog', { name: 'Sie wurden abgemeldet' });
const endSession = () =>
  world.db.sql('update sessions set ended_at = $2 where id = $1', [member.sessionId, world.server.services.now()]);

async function signInAs(person: SignedIn): Promise<void> {
  await dialog().getByLabel('E-Mail-Adresse').fill(person.email);
  await dialog().getByLabel('Passwort', { exact: true }).fill(password);
  await dialog().getByRole('button', { name: 'Anmelden', exact: true }).click();
}

async function handIn(names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Belege einreichen' }).click();
  const files = names.map((name) => ({ name, mimeType: 'application/pdf', buffer: pdf(name) }));
  await page.getByTestId('files').setInputFiles(files);
}

const kept = async (names: readonly string[]) =>
  (
    await world.db.sql<{ name: string }>(
      'select original_name as name from vouchers where original_name = any ($1) order by 1',
      [names],
    )
  ).map(({ name }) => name);
const note = async () =>
  (await world.db.sql<{ note: string | null }>('select note from vouchers where id = $1', [world.voucherId]))[0]?.note;

it('a session ends under a form: its reason is told, and after the sign-in what was meant is done', async () => {
  await viewer().getByLabel('Notiz').fill('Ware fehlte zur Hälfte');
  await endSession();
  await viewer().getByLabel('Belegnummer').press('Enter');
  await dialog().getByText('Die Sitzung wurde beendet').waitFor();
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
  // There is no way around it.
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password');
  await dialog().getByLabel('Passwort', { exact: true }).fill('nicht dieses Passwort');
  await page.keyboard.press('Enter');
  await dialog().getByRole('alert').waitFor();
  await signInAs(member);
  await page.getByText('Gespeichert').waitFor();
  expect(await dialog().count()).toBe(0);
  expect(await note()).toBe('Ware fehlte zur Hälfte');
  expect(new URL(page.url()).searchParams.get('beleg')).toBe(world.voucherId);
  expect(
    await viewer()
      .getByLabel('Belegnummer')
      .evaluate((field) => field === document.activeElement),
  ).toBe(true);
  // The page lives on as before, also with what only writes.
  await viewer().getByLabel('Notiz').fill('geklärt');
  await viewer().getByRole('button', { name: 'Speichern' }).click();
  await expect.poll(note).toBe('geklärt');
});

it('files that wait or are just on their way are handed in after it', async () => {
  const names = ['wartet-1.pdf', 'wartet-2.pdf', 'wartet-3.pdf', 'wartet-4.pdf', 'wartet-5.pdf'];
  // Whether they are known has been answered; the session ends before the first byte.
  await page.route('**/vouchers?name=*', async (route) => {
    await endSession();
    await route.continue();
  });
  await handIn(names);
  await dialog().waitFor();
  await signInAs(member);
  await page.getByText('5 von 5 Dateien gespeichert').first().waitFor();
  expect(await kept(names)).toEqual(names);
});

it('somebody else signs in: nothing of the first person is shown to them, nor sent for them', async () => {
  await viewer().getByLabel('Notiz').fill('nur für mich');
  await endSession();
  await handIn(['nur-von-mir.pdf']);
  await dialog().waitFor();
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET' && !request.url().includes('/auth/')) sent.push(request.url());
  });
  await signInAs(other);
  await page.getByText('Bruno Huber').first().waitFor();
  await settled(page);
  expect(new URL(page.url()).pathname).toBe('/');
  expect(await page.content()).not.toContain('Clara Huber');
  expect(await note()).not.toBe('nur für mich');
  expect([sent, await kept(['nur-von-mir.pdf'])]).toEqual([[], []]);
});

it('who does not want to sign in again leaves, and nothing stays', async () => {
  await endSession();
  await handIn(['bleibt-hier.pdf']);
  await dialog().waitFor();
  await dialog().getByRole('button', { name: 'Verwerfen und schließen' }).click();
  await page.getByRole('heading', { level: 1, name: 'Anmelden' }).waitFor();
  expect(await kept(['bleibt-hier.pdf'])).toEqual([]);
});

it('somebody else signs in in another tab: here, too, nothing of the first person stays', async () => {
  await viewer().getByLabel('Notiz').fill('nur für mich');
  const tab = await page.context().newPage();
  await page.context().clearCookies();
  await tab.goto('/');
  await tab.getByLabel('E-Mail-Adresse').fill(other.email);
  await tab.getByLabel('Passwort', { exact: true }).fill(password);
  await tab.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await tab.getByText('Bruno Huber').first().waitFor();
  await page.getByText('Bruno Huber').first().waitFor();
  await settled(page);
  expect(new URL(page.url()).pathname).toBe('/');
  expect(await page.content()).not.toContain('Clara Huber');
});
