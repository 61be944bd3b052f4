import type { Right } from '@bruecke/model';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { testFirms } from '../../server/src/testFirms.ts';
import { findBarriersInBothSchemes } from './accessible.ts';
import { type FiguresServer, startFiguresServer, visitFigures } from './figuresServer.ts';
import { open, openBrowser, type Visitor } from './visitor.ts';

let browser: Browser;
let world: FiguresServer;
let visitor: Visitor;
let page: Page;
beforeAll(async () => {
  [browser, world] = [await openBrowser(), await startFiguresServer({ read: false })];
  visitor = await visitFigures(browser, world);
  ({ page } = visitor);
});
afterEach(() => expect(visitor.complaints.splice(0)).toEqual([]));
afterAll(async () => {
  await browser?.close();
  await world?.stop();
});

const viewer = () => page.getByLabel('Ansicht des Belegs');
const openVoucher = () => open(visitor, `/mandanten/${world.mandantId}/belege?beleg=${world.voucherId}`);

/** DATEV's answer is laid out: what is to be seen is what a person can do about it. */
async function ask(cause: { code: string; detail: string }): Promise<void> {
  const of = [world.mandantId, world.voucherId];
  await world.db.sql(
    `update deliveries set phase = 'question', cause = $3, maybe_there = false, arrived_at = null, ended_at = null
      where mandant_id = $1 and voucher_id = $2`,
    [...of, JSON.stringify({ ...cause, status: 400 })],
  );
  await world.db.sql("update vouchers set status = 'question' where mandant_id = $1 and id = $2", of);
}

const phase = async () => {
  const [row] = await world.db.sql<{ phase: string; document_type: string | null }>(
    'select phase, document_type from deliveries where mandant_id = $1 and voucher_id = $2 order by run desc',
    [world.mandantId, world.voucherId],
  );
  return row;
};

it('a Rückfrage about the Belegtyp opens at the transfer, and offers another type and nothing else', async () => {
  await ask({ code: 'DCO01010', detail: 'documentTypeUnknown' });
  await world.db.sql(
    `update connections set dataset = dataset || '{"documentTypes":[{"name":"Kasse","category":"other_documents","debitCredit":null}]}'
      where mandant_id = $1 and channel = 'belegbilderservice'`,
    [world.mandantId],
  );
  await openVoucher();
  const send = viewer().getByRole('button', { name: 'Mit diesem Belegtyp senden' });
  await send.waitFor();
  expect(await send.isDisabled()).toBe(true);
  expect(await viewer().getByRole('button', { name: 'Ist schon dort' }).count()).toBe(0);
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
  await viewer()
    .getByRole('button', { name: /Belegtyp$/ })
    .first()
    .click();
  await page.getByRole('option', { name: 'Kasse' }).click();
  await send.click();
  await viewer().getByText('Wartet').first().waitFor();
  expect(await phase()).toEqual({ phase: 'waiting', document_type: 'Kasse' });
});

it('who may edit but not hand in has the same choice; who may only see reads who decides', async () => {
  const make = testFirms(world.db, world.server.services);
  const as = async (name: string, rights: Right[]) =>
    visitFigures(browser, world, {
      who: await world.server.signIn(await make.member(world.mandantId, name, 'user', rights)),
    });
  await ask({ code: 'DCO01010', detail: 'documentTypeUnknown' });
  const [reader, editor] = [await as('Rita Leser', ['read']), await as('Edda Amt', ['read', 'edit'])];
  const ofReader = reader.page.getByLabel('Ansicht des Belegs');
  await open(reader, `/mandanten/${world.mandantId}/belege?beleg=${world.voucherId}`);
  await ofReader.getByText('Entscheiden kann, wer Belege bearbeiten darf.').waitFor();
  expect(await ofReader.getByRole('button', { name: 'Mit diesem Belegtyp senden' }).count()).toBe(0);
  const ofEditor = editor.page.getByLabel('Ansicht des Belegs');
  await open(editor, `/mandanten/${world.mandantId}/belege?beleg=${world.voucherId}`);
  await ofEditor
    .getByRole('button', { name: /Belegtyp$/ })
    .first()
    .click();
  await editor.page.getByRole('option', { name: 'Kasse' }).click();
  await ofEditor.getByRole('button', { name: 'Mit diesem Belegtyp senden' }).click();
  await ofEditor.getByText('Wartet').first().waitFor();
  expect(await phase()).toEqual({ phase: 'waiting', document_type: 'Kasse' });
  expect([...reader.complaints, ...editor.complaints]).toEqual([]);
  await Promise.all([reader.close(), editor.close()]);
});

it('that it is there already is asked about first, told as a person’s word, and not the end', async () => {
  await ask({ code: 'DCO01253', detail: 'duplicateFile' });
  await openVoucher();
  await viewer().getByRole('button', { name: 'Ist schon dort' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByRole('button', { name: 'Abbrechen' }).click();
  expect((await phase())?.phase).toBe('question');
  await viewer().getByRole('button', { name: 'Ist schon dort' }).click();
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
  await question.getByRole('button', { name: 'Ja, er liegt dort' }).click();
  await viewer().getByText('Eine Person hat bestätigt').waitFor();
  expect(await viewer().innerText()).not.toContain('Bei DATEV angekommen.');
  expect((await phase())?.phase).toBe('settled');
  // In the list as well it is told apart from what DATEV has confirmed.
  await page.getByRole('row').getByText('Manuell bestätigt').waitFor();
  expect(await page.getByRole('row').getByText('Übertragen').count()).toBe(0);
  await viewer().getByText('Manuell bestätigt').waitFor();
  await viewer().getByRole('button', { name: 'Noch einmal senden' }).click();
  await question.getByLabel('Grund').fill('liegt doch nicht dort');
  await question.getByRole('button', { name: 'Ein zweites Mal senden' }).click();
  await viewer().getByRole('heading', { name: '2. Übertragung' }).waitFor();
  expect((await phase())?.phase).toBe('waiting');
});

it('two people on one voucher: each changes what each has entered, and sees what the other has', async () => {
  const path = `/mandanten/${world.mandantId}/vouchers/${world.voucherId}` as const;
  const change = (body: object) => world.server.ask(world.member, { method: 'PATCH', path, body });
  await change({ fields: { partner: 'Mühle Weber' } });
  await openVoucher();
  const [number, note] = [viewer().getByLabel('Belegnummer'), viewer().getByLabel('Notiz')];
  await number.waitFor();
  await note.fill('geprüft');
  await change({ fields: { number: 'R 4711', partner: null } });
  await viewer().getByRole('button', { name: 'Speichern' }).click();
  await page.getByText('Gespeichert').waitFor();
  expect(await number.inputValue()).toBe('R 4711');
  expect(await note.inputValue()).toBe('geprüft');
  const [row] = await world.db.sql<{ number: string; note: string; partner: string | null }>(
    'select number, note, partner from vouchers where mandant_id = $1 and id = $2',
    [world.mandantId, world.voucherId],
  );
  expect(row).toEqual({ number: 'R 4711', note: 'geprüft', partner: null });
  await viewer().getByRole('tab', { name: 'Verlauf' }).click();
  await viewer().getByText('Geschäftspartner: geleert').waitFor();
});
