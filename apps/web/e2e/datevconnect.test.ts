// The way of the figures as people go it: real server, real pages, the connector's real program, DATEVconnect's sandbox.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBarriersInBothSchemes, sticksOut } from './accessible.ts';
import { type DatevconnectWorld, fitting, installer, renumbered, startDatevconnectWorld } from './datevconnectWorld.ts';
import { open, openBrowser, signIn, type Visitor, visit } from './visitor.ts';

const connectorsPage = '/optionen/kanzlei/konnektoren';
let world: DatevconnectWorld;
let browser: Browser;
let admin: Visitor;
let second: Visitor;
let owner: Visitor;
let phone: Visitor;
let service: ReturnType<DatevconnectWorld['program']['service']> | null = null;
/** As the program told it on the machine. */
let fingerprint = '';

beforeAll(async () => {
  [browser, world] = await Promise.all([openBrowser(), startDatevconnectWorld()]);
  const { origin } = world;
  [admin, second, owner] = [await visit(browser, origin), await visit(browser, origin), await visit(browser, origin)];
  phone = await visit(browser, origin, { width: 360, scheme: 'dark' });
  await signIn(admin, 'kanzlei-admin');
  await signIn(second, 'zweite-admin');
  await signIn(owner, 'mandanten-admin');
  await signIn(phone, 'kanzlei-admin');
});
afterEach(() => expect([admin, second, owner, phone].flatMap((each) => each?.complaints.splice(0) ?? [])).toEqual([]));
afterAll(async () => {
  await service?.stop();
  await browser?.close();
  await world?.stop();
});

const connections = (mandantId: string) => `/optionen/mandanten/${mandantId}/verbindungen`;
const card = (page: Page) => page.getByRole('region', { name: 'DATEVconnect', exact: true });
const menu = async (page: Page, item: string) => {
  await card(page).getByRole('button', { name: 'DATEVconnect: Mehr' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
/** The label stands over the switch that only screen readers meet. */
const turn = (page: Page) => card(page).locator('.switch').click();

/** Nobody is kept from using it, on a wide page in both schemes and on a phone. */
async function lookAt(visitor: Visitor, address?: string): Promise<void> {
  expect(await findBarriersInBothSchemes(visitor.page)).toEqual([]);
  await visitor.page.emulateMedia({ colorScheme: 'light' });
  if (address === undefined) return;
  await open(phone, address);
  expect(await sticksOut(phone.page)).toBe(false);
  expect(await findBarriersInBothSchemes(phone.page)).toEqual([]);
}

/** Where the server wants to know afresh who it is, by password. */
async function confirmIfAsked(page: Page, done: ReturnType<Page['locator']>): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Anmeldung bestätigen' });
  await dialog.or(done).first().waitFor();
  if (await dialog.isVisible()) {
    await dialog.getByLabel('Passwort', { exact: true }).fill(world.password);
    await dialog.getByRole('button', { name: 'Bestätigen', exact: true }).click();
  }
  await done.waitFor();
}

/** One step after the other: they build on each other. */
describe('a connector is set up', () => {
  it('gives installer and Verbindungsdatei to a Kanzlei-Admin', async () => {
    const { page } = admin;
    await open(admin, connections(world.mandantIds.fitting));
    await card(page).getByText('Nicht eingerichtet').waitFor();
    await lookAt(admin, connections(world.mandantIds.fitting));
    await card(page).getByRole('button', { name: 'Download' }).click();
    const dialog = page.getByRole('dialog', { name: 'DATEVconnect herunterladen' });
    await dialog.getByText(`${installer.name}: nicht signiert`).waitFor();
    await lookAt(admin);
    const [program] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('link', { name: `${installer.name} herunterladen` }).click(),
    ]);
    expect(readFileSync(await program.path()).equals(installer.bytes)).toBe(true);

    const downloaded = page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Verbindungsdatei erstellen' }).click();
    await confirmIfAsked(page, page.getByText('Die Verbindungsdatei ist heruntergeladen.'));
    const file = await downloaded;
    expect(file.suggestedFilename()).toMatch(/^Verbindungsdatei\./);
    const path = world.program.file('Verbindungsdatei.bruecke', readFileSync(await file.path(), 'utf8'));
    await page.keyboard.press('Escape');
    await card(page).getByText('Installationsprogramm und Verbindungsdatei heruntergeladen').waitFor();

    // The card ticks by itself; nobody loads the page.
    const { server, sandbox } = world.datev;
    const told = await world.program.command(
      ['install', '--file', path, '--datev-url', server.origin, '--datev-user', sandbox.user, '--datev-password-stdin'],
      `${sandbox.password}\n`,
    );
    fingerprint = /dieses Konnektors:\s+(\S+)/.exec(told)?.[1] ?? 'the program told none';
    await card(page).getByText('Konnektor installiert auf').waitFor();
    await card(page).getByText('Fingerabdruck vergleichen und bestätigen').waitFor();
  });

  it('gets no order before its fingerprint was compared', async () => {
    const { page } = admin;
    service = world.program.service();
    await open(admin, connectorsPage);
    await page.getByText('Wartet auf Bestätigung').waitFor();
    await page.getByText(/benutzt heute .* von /).waitFor();
    await lookAt(admin, connectorsPage);
    await page.getByRole('button', { name: 'Bestätigen …' }).click();
    const dialog = page.getByRole('alertdialog');
    const shown = await dialog.locator('.fingerprint span').allInnerTexts();
    expect(shown.join('-')).toBe(fingerprint);
    const confirm = dialog.getByRole('button', { name: 'Bestätigen', exact: true });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByText('beide Fingerabdrücke sind gleich').click();
    await lookAt(admin);
    await confirm.click();
    await confirmIfAsked(page, page.getByText('Verbunden', { exact: true }));
    // It was probed at once, and all is well.
    await page.getByText('Letzte Prüfung').waitFor();
  });

  it('binds the client with the Mandant’s numbers and shows the first transfer as it goes', async () => {
    const { page } = admin;
    await open(admin, connections(world.mandantIds.fitting));
    await card(page).getByText('DATEVconnect antwortet dem Konnektor').waitFor();
    await world.program.command(['release', fitting.guid]);
    await world.program.command(['release', renumbered.guid]);
    await card(page).getByText('Bestände freigegeben').waitFor();
    await card(page).getByRole('button', { name: 'Bestand wählen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bestand wählen' });
    await dialog.getByText('Dieser Mandant: Berater / Mandant 455148 / 12').waitFor();
    const take = dialog.getByRole('button', { name: `Wählen: ${fitting.name}, 455148 / 12` });
    await take.waitFor();
    await lookAt(admin);
    const { state } = world.datev.sandbox.control;
    state.delayMilliseconds = 300;
    await take.click();
    await card(page).getByText('Erste Übernahme läuft').waitFor();
    await card(page)
      .getByText(/^Wirtschaftsjahr 202[56], Buchungen \p{L}+ 202[56]$/u)
      .waitFor();
    await card(page)
      .getByText(/^[\d.]+ von [\d.]+ Zeilen$/)
      .waitFor();
    await lookAt(admin, connections(world.mandantIds.fitting));
    state.delayMilliseconds = 0;
    await card(page).getByText('Verbunden', { exact: true }).waitFor();
    await card(page).getByText('Erste Übernahme der Zahlen').waitFor({ state: 'detached' });
    expect(await card(page).innerText()).toMatch(/Stand der Zahlen\s+heute \d\d:\d\d/);
    await card(page).getByRole('link', { name: 'Auswertungen' }).waitFor();
  });

  it('shows what it may call, and nothing there writes', async () => {
    const { page } = admin;
    await card(page)
      .getByRole('button', { name: /^Liest nur\. \d+ erlaubte Aufrufe$/ })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Was der Konnektor bei DATEV aufrufen kann' });
    await dialog.getByText('Summen und Salden').waitFor();
    await lookAt(admin);
    await page.keyboard.press('Escape');
  });
});

describe('a Mandanten-Admin', () => {
  it('sees how it stands and may switch it off and on, and has nothing to download', async () => {
    const { page } = owner;
    await open(owner, connections(world.mandantIds.fitting));
    await card(page).getByText('Verbunden', { exact: true }).waitFor();
    expect(await card(page).getByRole('button', { name: 'Download' }).count()).toBe(0);
    await card(page).getByRole('button', { name: 'DATEVconnect: Mehr' }).click();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual(['Verlauf', 'Verbindung entfernen']);
    await page.keyboard.press('Escape');
    await turn(page);
    await card(page).getByText('Angehalten').waitFor();
    // The figures stay, with their date; the firm's open page says the same and who it was.
    expect(await card(page).innerText()).toMatch(/Die Zahlen haben den Stand heute \d\d:\d\d\./);
    await card(admin.page)
      .getByText(/heute \d\d:\d\d, Anton Huber/)
      .waitFor();
    await lookAt(owner);
    await turn(page);
    await card(page).getByText('Verbunden', { exact: true }).waitFor();
    await card(admin.page).getByText('Verbunden', { exact: true }).waitFor();
  });

  it('is refused the page Konnektoren, and a file by whatever way', async () => {
    await open(owner, connectorsPage);
    await owner.page.getByText('Verbindungsdatei').waitFor({ state: 'detached' });
    const { firms } = (await (await admin.context.request.get('/api/v1/auth/me')).json()) as {
      firms: { id: string }[];
    };
    const { csrfToken } = (await (await owner.context.request.get('/api/v1/auth/me')).json()) as { csrfToken: string };
    const base = `/api/v1/firms/${firms[0]?.id}/connectors`;
    const asked = [
      await owner.context.request.post(`${base}/files`, { headers: { 'x-csrf-token': csrfToken } }),
      await owner.context.request.get(`${base}/installers/${installer.name}`),
    ];
    expect(asked.map((answer) => answer.status())).toEqual([404, 404]);
  });
});

describe('numbers that differ', () => {
  it('need two Kanzlei-Admins, each by name', async () => {
    const { page } = admin;
    const address = connections(world.mandantIds.renumbered);
    await open(admin, address);
    await card(page).getByRole('button', { name: 'Bestand wählen' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bestand wählen' });
    await dialog.getByText('Kein freigegebener Bestand hat die Nummern dieses Mandanten.').waitFor();
    await dialog.getByRole('button', { name: `Wählen: ${renumbered.name}, 455148 / 1021` }).click();
    await dialog.getByText('Sie wären die erste Person').waitFor();
    await lookAt(admin);
    await dialog.getByRole('button', { name: 'Ich bestätige: Es ist der richtige' }).click();
    await card(page).getByText('Petra Lang hat heute').waitFor();
    await card(page).getByText('Es fehlt noch: Jonas Weiß.').waitFor();
    expect(await card(page).getByRole('button', { name: 'Zuordnung bestätigen …' }).count()).toBe(0);

    await open(second, address);
    await card(second.page).getByText('Petra Lang hat heute').waitFor();
    await lookAt(second, address);
    await card(second.page).getByRole('button', { name: 'Zuordnung bestätigen …' }).click();
    const question = second.page.getByRole('alertdialog', { name: 'Zweite Bestätigung' });
    await question.getByText('1021').waitFor();
    await question.getByRole('button', { name: 'Ich bestätige: Es ist der richtige' }).click();
    await confirmIfAsked(second.page, card(second.page).getByText('Petra Lang und Jonas Weiß'));
    // The first one's page knows it without loading.
    await card(page).getByText('Petra Lang und Jonas Weiß').waitFor();
    await card(page).getByRole('link', { name: 'Auswertungen' }).waitFor();
  });

  it('are in the history with both names', async () => {
    await open(
      admin,
      `${connections(world.mandantIds.renumbered).replace('verbindungen', 'protokoll')}?art=connection`,
    );
    await admin.page
      .getByText('die abweichenden Nummern haben Petra Lang und Jonas Weiß bestätigt', { exact: false })
      .waitFor();
  });
});

describe('what goes wrong', () => {
  it('is told with cause and remedy after „Testen“', async () => {
    const { page } = admin;
    const { control } = world.datev.sandbox;
    await open(admin, connections(world.mandantIds.fitting));
    control.state.refused.add(fitting.guid);
    await card(page).getByRole('button', { name: 'Testen' }).click();
    await card(page).getByText('Einrichtung unvollständig').waitFor();
    await card(page).getByText('Das Recht auf diese Daten fehlt.').waitFor();
    await card(page).getByText('In der DATEV-Rechteverwaltung', { exact: false }).waitFor();
    await lookAt(admin, connections(world.mandantIds.fitting));
    control.state.refused.clear();
    await card(page).getByRole('button', { name: 'Testen' }).click();
    await card(page).getByText('Verbunden', { exact: true }).waitFor();
    await card(page).getByText('Verhindert die Übernahme').waitFor({ state: 'detached' });
    // What the program itself complained of goes when it says that it is over.
    await card(page).getByText('Das Recht auf diese Daten fehlt.').waitFor({ state: 'detached' });
  });

  it('a closed DATEV is on the page Konnektoren, and gone when it answers', async () => {
    const { page } = admin;
    await world.datev.server.setClosed(true);
    await open(admin, connectorsPage);
    await page.getByRole('button', { name: 'Testen' }).click();
    await page.getByText('DATEVconnect ist nicht da.').first().waitFor();
    await page.getByText('Mit Befunden').waitFor();
    await lookAt(admin, connectorsPage);
    await world.datev.server.setClosed(false);
    await page.getByRole('button', { name: 'Testen' }).click();
    await page.getByText('Verbunden', { exact: true }).waitFor();
  });
});

describe('the end of it', () => {
  it('a key is renewed on wish, by the connector itself', async () => {
    const { page } = admin;
    await open(admin, connections(world.mandantIds.fitting));
    await menu(page, 'Schlüssel erneuern');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Schlüssel erneuern' }).click();
    await confirmIfAsked(page, page.getByText('Ein neuer Schlüssel ist verlangt'));
    await open(admin, connectorsPage);
    // The page shows another one than before, and the machine the same again.
    const shown = async () => (await page.locator('code.fingerprint span').allInnerTexts()).join('-');
    await expect.poll(shown, { timeout: 30_000 }).not.toBe(fingerprint);
    await expect.poll(() => world.program.command(['status']), { timeout: 30_000 }).toContain(await shown());
  });

  it('an open Verbindungsdatei is withdrawn', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: 'Verbindungsdatei erstellen' }).click();
    await confirmIfAsked(page, page.getByText('Offen', { exact: true }));
    await page.getByRole('button', { name: /^Verbindungsdatei von .* zurückziehen$/ }).click();
    await page.getByText('Zurückgezogen', { exact: true }).waitFor();
  });

  it('revoked, it brings nothing any more, and the card says so and what next', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: /^Aktionen für / }).click();
    await page.getByRole('menuitem', { name: 'Entziehen' }).click();
    await page.getByRole('alertdialog').getByText('2 Mandanten bekommen dann keine neuen Zahlen mehr.').waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Entziehen' }).click();
    await confirmIfAsked(page, page.getByText('Der Konnektor ist entzogen'));
    expect(await service?.stop()).toBe(0);
    service = null;
    await open(owner, connections(world.mandantIds.fitting));
    await card(owner.page).getByText('Konnektor entzogen').waitFor();
    await card(owner.page).getByText('mit einer neuen Verbindungsdatei neu koppeln', { exact: false }).waitFor();
    await card(owner.page).getByText('Das kann ein Kanzlei-Admin.').waitFor();
    await lookAt(owner);
  });

  it('removed from the list by typing its name; the figures stay', async () => {
    const { page } = admin;
    await page.getByRole('button', { name: /^Aktionen für / }).click();
    await page.getByRole('menuitem', { name: 'Entfernen' }).click();
    const dialog = page.getByRole('alertdialog');
    const machine = /Konnektor auf (.+) entfernen\?/.exec(await dialog.getByRole('heading').innerText())?.[1] ?? '';
    await dialog.getByRole('textbox').fill(machine);
    await dialog.getByRole('button', { name: 'Entfernen' }).click();
    await confirmIfAsked(page, page.getByText('Noch gibt es keinen', { exact: false }));
    await open(owner, connections(world.mandantIds.fitting));
    await card(owner.page).getByText('Getrennt', { exact: true }).waitFor();
    expect(await card(owner.page).innerText()).toMatch(/Stand der Zahlen\s+heute \d\d:\d\d/);
    await lookAt(owner);
    await open(admin, '/optionen/kanzlei/protokoll?art=connector');
    for (const sentence of ['entfernt.', 'entzogen.', 'einen neuen Schlüssel.', 'bestätigt.', 'gekoppelt.'])
      await admin.page.getByText(sentence, { exact: false }).first().waitFor();
  });
});
