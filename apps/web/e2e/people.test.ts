import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { setPassword } from '../../server/src/modules/people/accounts.ts';
import { hashPassword } from '../../server/src/modules/people/passwords.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import type { TestPerson } from '../../server/src/testServices.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

const password = 'Drei Kähne im Nebel';
let browser: Browser;
let world: FiguresServer;
let admin: TestPerson;
let visitor: Visitor;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startFiguresServer({ read: false })];
  const { services } = world.server;
  const make = testFirms(world.db, services);
  const firm = await make.firm('Kanzlei Groß', { consultantNumber: 2002 });
  admin = firm.admin;
  await make.staff(firm.id, 'Ulf Nutzer');
  const hash = await hashPassword(services, password);
  await services.withRole('auth', (tx) => setPassword(tx, admin.id, hash));
  visitor = await visitFigures(browser, world, { who: await world.server.signIn(admin) });
});
afterAll(async () => {
  await visitor?.close();
  await browser?.close();
  await world?.stop();
});

/** As ten minutes after the sign-in. */
const goStale = () => world.db.sql('update sessions set fresh_until = null where user_id = $1', [admin.id]);

it('whoever invites and gives roles says anew who they are, and then the form goes on by itself', async () => {
  const { page } = visitor;
  const question = page.getByRole('dialog', { name: 'Anmeldung bestätigen' });
  const confirm = async () => {
    await question.getByLabel('Passwort', { exact: true }).fill(password);
    await question.getByRole('button', { name: 'Bestätigen', exact: true }).click();
  };
  await goStale();
  await open(visitor, '/optionen/kanzlei');
  await page.getByRole('button', { name: 'Person einladen' }).click();
  const invite = page.getByRole('dialog', { name: 'Person einladen' });
  await invite.getByLabel('E-Mail-Adresse').fill('neu@example.com');
  await invite.getByRole('button', { name: 'Einladung schicken' }).click();
  // Whoever thinks better of it finds the form as it was.
  await question.waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(await invite.getByLabel('E-Mail-Adresse').inputValue()).toBe('neu@example.com');
  await invite.getByRole('button', { name: 'Einladung schicken' }).click();
  await confirm();
  await invite.waitFor({ state: 'detached' });
  await page.locator('main').getByText('neu@example.com').waitFor();

  await goStale();
  await page.getByRole('button', { name: 'Aktionen für Ulf Nutzer' }).click();
  await page.getByRole('menuitem', { name: 'Rechte ändern' }).click();
  const rights = page.getByRole('dialog', { name: 'Rechte von Ulf Nutzer' });
  await rights.getByText('Darf Verbindungen einrichten und schalten').click();
  await rights.getByRole('button', { name: 'Speichern' }).click();
  await confirm();
  await rights.waitFor({ state: 'detached' });
  expect(await world.db.sql("select kind from firm_history where kind like 'staff.%' order by at, id")).toEqual([
    { kind: 'staff.invited' },
    { kind: 'staff.changed' },
  ]);
  expect(visitor.complaints).toEqual([]);
});
