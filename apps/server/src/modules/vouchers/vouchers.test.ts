import { randomUUID } from 'node:crypto';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, day, hour, type TestServices } from '../../testServices.ts';
import { changeVoucher } from './change.ts';
import { openContent } from './content.ts';
import { countVouchers } from './counts.ts';
import { findDuplicates } from './findDuplicates.ts';
import { getVoucher } from './get.ts';
import { readHandInRules } from './handInRules.ts';
import { listVouchers } from './list.ts';
import { addConnection, addMandant, addMember, addStaff, handInBytes, pdfOf, png } from './testVouchers.ts';

let db: TestDatabase;
let services: TestServices;
/** Looked at by several tests, changed by none. */
let ten: { mandantId: Id; ctx: Ctx; ids: Id[] };
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  ten = await tenVouchers();
});
afterAll(() => db.close());

const namesIn = (page: { vouchers: { name: string }[] }) => page.vouchers.map((voucher) => voucher.name);

/** Ten vouchers, one every nine days from 2 March on: names, types and states mixed. */
async function tenVouchers(): Promise<{ mandantId: Id; ctx: Ctx; ids: Id[] }> {
  services.clock.set(new Date('2026-03-02T08:00:00.000Z'));
  const { mandantId, ctx } = await addMandant(db, services);
  const ids: Id[] = [];
  for (let i = 1; i <= 10; i += 1) {
    const { answer } = await handInBytes(ctx, mandantId, pdfOf(`Beleg ${i}`), {
      name: `${i % 2 ? 'Müller-Rechnung' : 'Tankquittung'} RE_2026-${100 + i}.pdf`,
      documentType: i % 5 === 0 ? undefined : i % 2 ? 'Rechnungseingang' : 'Kasse',
    });
    ids.push(answer.voucher.id);
    services.clock.forward(9 * day);
  }
  await db.sql("update vouchers set status = 'error' where mandant_id = $1 and id = any ($2)", [
    mandantId,
    [ids[1], ids[2]],
  ]);
  return { mandantId, ctx, ids };
}

describe('listVouchers and countVouchers', () => {
  it('page through all, newest first, each once, by cursor and by offset', async () => {
    const { mandantId, ctx, ids } = ten;
    const seen: Id[] = [];
    let cursor: string | undefined;
    for (;;) {
      const page = await listVouchers(ctx, { mandantId, cursor, limit: 3 });
      seen.push(...page.vouchers.map((voucher) => voucher.id));
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(seen).toEqual([...ids].reverse());
    const jumped = await listVouchers(ctx, { mandantId, offset: 4, limit: 2 });
    expect(jumped.vouchers.map((voucher) => voucher.id)).toEqual([ids[5], ids[4]]);
    const exactly = await listVouchers(ctx, { mandantId, limit: 10 });
    expect(exactly).toMatchObject({ next: null });
  });

  it('page through vouchers of the very same moment', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    for (let i = 0; i < 5; i += 1) await handInBytes(ctx, mandantId, pdfOf(`gleich ${i}`));
    const first = await listVouchers(ctx, { mandantId, limit: 2 });
    const rest = await listVouchers(ctx, { mandantId, cursor: first.next ?? '' });
    expect(new Set([...first.vouchers, ...rest.vouchers].map((voucher) => voucher.id)).size).toBe(5);
  });

  it.each([
    ['no filter', {}, 10],
    ['status', { status: 'error' as const }, 2],
    ['type', { documentType: 'Kasse' }, 4],
    ['month', { month: '2026-03' }, 4],
    ['beginning of a word', { text: 'mül' }, 5],
    ['words in any order and case', { text: '2026 RECHNUNG' }, 5],
    ['a whole number of two parts', { text: 'RE_2026-103' }, 1],
    ['several filters', { text: 'tank', documentType: 'Kasse', status: 'error' as const }, 1],
    ['a word that is nowhere', { text: 'Strom' }, 0],
    ['no word', { text: '***' }, 0],
    ['blanks', { text: '  ' }, 10],
    ['what a query language would mean', { text: "a' | 'b & !:*\\ \0" }, 0],
    ['a type with NUL', { documentType: 'Kas\0se' }, 0],
  ])('agree under %s', async (_what, filter, expected) => {
    const { mandantId, ctx } = ten;
    const page = await listVouchers(ctx, { mandantId, ...filter });
    const counts = await countVouchers(ctx, { mandantId, ...filter });
    expect([page.vouchers.length, counts.total]).toEqual([expected, expected]);
  });

  it('find words that are everywhere, rare, and many but old, each page by its own way', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const count = 6000;
    await db.sql(
      `insert into blobs (mandant_id, sha256, size, created_at)
       select $1, encode(sha256(i::text::bytea), 'hex'), 1, now() from generate_series(1, ${count}) i`,
      [mandantId],
    );
    // 1 is the newest. "Alt": the older 2,500 and one of the newest; "selten": every 2,000th.
    await db.sql(
      `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, handed_in_by)
       select $1, gen_random_uuid(), '2026-03-01'::timestamptz - i * interval '1 minute', gen_random_uuid(),
              encode(sha256(i::text::bytea), 'hex'), 1, 'application/pdf',
              'Rechnung ' || i || case when i > 3500 or i = 7 then ' alt' else '' end || case when i % 2000 = 0 then ' selten' else '' end,
              '{"type":"system"}'
         from generate_series(1, ${count}) i`,
      [mandantId],
    );
    const numbers = async (text: string, page: { offset?: number; limit?: number; cursor?: string } = {}) => {
      const { vouchers, next } = await listVouchers(ctx, { mandantId, text, limit: 3, ...page });
      return { found: vouchers.map(({ name }) => Number(name.split(' ')[1])), next: next ?? '' };
    };
    expect((await numbers('rechnung')).found).toEqual([1, 2, 3]);
    expect((await numbers('rech', { offset: 5000 })).found).toEqual([5001, 5002, 5003]);
    expect((await numbers('selten')).found).toEqual([2000, 4000, 6000]);
    const first = await numbers('alt rechnung');
    expect(first.found).toEqual([7, 3501, 3502]);
    expect((await numbers('alt rechnung', { cursor: first.next })).found).toEqual([3503, 3504, 3505]);
    expect((await numbers('alt rechnung', { offset: 2499 })).found).toEqual([5999, 6000]);
    expect((await numbers('alt selten', { limit: 500 })).found).toEqual([4000, 6000]);
  });

  it('say what can be chosen, whatever is chosen already', async () => {
    const { mandantId, ctx } = ten;
    const { total, byStatus, documentTypes, months } = await countVouchers(ctx, { mandantId, status: 'error' });
    expect(total).toBe(2);
    expect(byStatus).toEqual([
      { status: 'received', count: 8 },
      { status: 'error', count: 2 },
    ]);
    expect(documentTypes).toEqual(['Kasse', 'Rechnungseingang']);
    expect(months).toEqual(['2026-05', '2026-04', '2026-03']);
  });

  it('count a month by German time', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    for (const time of ['2026-06-30T21:59:59.999Z', '2026-06-30T22:00:00.000Z', '2026-12-31T23:00:00.000Z']) {
      services.clock.set(new Date(time));
      await handInBytes(ctx, mandantId, pdfOf(time), { name: `${time}.pdf` });
    }
    expect((await countVouchers(ctx, { mandantId })).months).toEqual(['2027-01', '2026-07', '2026-06']);
    for (const month of ['2027-01', '2026-07', '2026-06']) {
      expect((await listVouchers(ctx, { mandantId, month })).vouchers).toHaveLength(1);
    }
  });

  it('refuse a cursor of another kind, and show nothing behind one of another Mandant', async () => {
    const { mandantId, ctx } = ten;
    const elsewhere = await tenVouchers();
    await expect(listVouchers(ctx, { mandantId, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
    expect(await listVouchers(ctx, { mandantId, cursor: elsewhere.ids[0] })).toEqual({ vouchers: [], next: null });
  });

  it('show nothing of a Mandant to others', async () => {
    const { mandantId } = ten;
    const stranger = await addMandant(db, services);
    await expect(listVouchers(stranger.ctx, { mandantId })).rejects.toMatchObject({ code: 'not_found' });
    await expect(countVouchers(stranger.ctx, { mandantId })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('show a firm what arrived since the day the Mandant chose, in all answers', async () => {
    const { mandantId, ids, ctx } = await tenVouchers();
    const [, , , , , sixth] = (await listVouchers(ctx, { mandantId })).vouchers.reverse();
    const firm = await addStaff(db, services, mandantId, new Date(sixth?.receivedAt ?? ''));
    expect((await listVouchers(firm, { mandantId })).vouchers).toHaveLength(5);
    expect((await listVouchers(firm, { mandantId, text: 'mül' })).vouchers).toHaveLength(2);
    expect(await countVouchers(firm, { mandantId })).toMatchObject({ total: 5, months: ['2026-05', '2026-04'] });
    expect(await countVouchers(firm, { mandantId, text: 'mül' })).toMatchObject({ total: 2 });
    const foreign = { mandantId, voucherId: ids[0] ?? '' };
    await expect(getVoucher(firm, foreign)).rejects.toMatchObject({ code: 'not_found' });
    await expect(openContent(firm, foreign)).rejects.toMatchObject({ code: 'not_found' });
    await expect(changeVoucher(firm, { ...foreign, note: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    const all = await addStaffOfAnother(mandantId);
    expect((await listVouchers(all, { mandantId })).vouchers).toHaveLength(10);
  });
});

/** Only one engagement may be open, so the earlier firm leaves first. */
async function addStaffOfAnother(mandantId: Id): Promise<Ctx> {
  await db.sql('update engagements set ended_at = now() where mandant_id = $1', [mandantId]);
  return addStaff(db, services, mandantId, null);
}

describe('getVoucher', () => {
  it('tells everything, with names where the reader may know them', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await addConnection(db, services, mandantId);
    const bytes = pdfOf('alles');
    const first = await handInBytes(ctx, mandantId, bytes, { name: 'a.pdf', note: 'Notiz' });
    services.clock.forward(hour);
    await handInBytes(ctx, mandantId, bytes, { name: 'b.pdf' });
    const voucher = await getVoucher(ctx, { mandantId, voucherId: first.answer.voucher.id });
    expect(voucher).toMatchObject({
      name: 'a.pdf',
      note: 'Notiz',
      status: 'waiting',
      handedInBy: { kind: 'person', id: ctx.caller.userId, name: 'Ina Brandt' },
      duplicates: [{ name: 'b.pdf' }],
      deliveries: [{ run: 1, phase: 'waiting', consultantNumber: 1234567, receipt: null }],
      fieldChanges: [],
    });
  });

  it('answers the same for missing and foreign', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const other = await addMandant(db, services);
    const { answer } = await handInBytes(other.ctx, other.mandantId, png());
    for (const voucherId of [answer.voucher.id, randomUUID()]) {
      await expect(getVoucher(ctx, { mandantId, voucherId })).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('changeVoucher', () => {
  it('keeps each change with author and time, and says nothing personal in the history', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const { answer } = await handInBytes(ctx, mandantId, pdfOf('ändern'));
    const at = { mandantId, voucherId: answer.voucher.id };
    const fields = {
      number: ' RE-1 ',
      date: '2026-03-01',
      grossCents: -11900,
      currency: 'EUR',
      partner: 'Ada\0 Klein',
    };
    const changed = await changeVoucher(ctx, { ...at, fields, documentType: 'Kasse', note: 'bar' });
    const kept = { ...fields, number: 'RE-1', partner: 'Ada Klein' };
    expect(changed.answer).toMatchObject({ fields: kept, documentType: 'Kasse', note: 'bar' });
    services.clock.forward(hour);
    const colleague = await addMember(db, services, mandantId, ['read', 'edit']);
    await changeVoucher(colleague, { ...at, fields: { number: 'RE-2', partner: 'Ada Klein' }, note: null });
    const { fieldChanges, fields: now, note } = await getVoucher(ctx, at);
    expect({ now, note }).toEqual({ now: { ...kept, number: 'RE-2' }, note: null });
    expect(fieldChanges).toMatchObject([
      { by: { id: colleague.caller.userId }, fields: { number: 'RE-2' }, note: null },
      { by: { id: ctx.caller.userId }, fields: kept, documentType: 'Kasse', note: 'bar' },
    ]);
    expect(Object.keys(fieldChanges[0]?.fields ?? {})).toEqual(['number']);
    const entries = await db.sql(
      "select data from mandant_history where mandant_id = $1 and kind = 'voucher.fieldsChanged' order by at",
      [mandantId],
    );
    expect(entries).toEqual([
      { data: { fields: ['number', 'date', 'grossCents', 'currency', 'partner', 'documentType', 'note'] } },
      { data: { fields: ['number', 'note'] } },
    ]);
    expect(namesIn(await listVouchers(ctx, { mandantId, text: 'ada RE-2' }))).toEqual(['Rechnung.pdf']);
  });

  it('writes nothing when nothing changes', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const { answer } = await handInBytes(ctx, mandantId, pdfOf('gleich'), { note: 'x' });
    const at = { mandantId, voucherId: answer.voucher.id };
    expect(await changeVoucher(ctx, { ...at, fields: {}, note: 'x' })).toMatchObject({ history: 'unchanged' });
    expect((await getVoucher(ctx, at)).fieldChanges).toEqual([]);
  });

  it('refuses a Belegtyp that is not there, and people who only read', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const { answer } = await handInBytes(ctx, mandantId, pdfOf('x'));
    const at = { mandantId, voucherId: answer.voucher.id };
    await expect(changeVoucher(ctx, { ...at, documentType: 'Lohn' })).rejects.toMatchObject({
      code: 'document_type_unknown',
    });
    const reader = await addMember(db, services, mandantId, ['read', 'handIn']);
    await expect(changeVoucher(reader, { ...at, note: 'x' })).rejects.toMatchObject({ code: 'right_missing' });
    expect(await getVoucher(ctx, at)).toMatchObject({ documentType: null, note: null });
  });
});

describe('openContent, findDuplicates, readHandInRules', () => {
  it('gives the original bytes', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = pdfOf('Inhalt');
    const { answer } = await handInBytes(ctx, mandantId, bytes, { name: 'Büro.pdf' });
    const file = await openContent(ctx, { mandantId, voucherId: answer.voucher.id });
    expect(file).toMatchObject({ mediaType: 'application/pdf', size: bytes.length, name: 'Büro.pdf', inline: true });
    const chunks: Buffer[] = [];
    for await (const chunk of file.bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks)).toEqual(bytes);
    const download = await openContent(ctx, { mandantId, voucherId: answer.voucher.id, download: true });
    expect(download.inline).toBe(false);
    download.bytes.destroy();
  });

  it('knows hashes of the Mandant alone', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const other = await addMandant(db, services);
    await handInBytes(ctx, mandantId, pdfOf('hier'), { name: 'erste.pdf' });
    services.clock.forward(hour);
    await handInBytes(ctx, mandantId, pdfOf('hier'), { name: 'zweite.pdf' });
    await handInBytes(other.ctx, other.mandantId, pdfOf('dort'));
    const hashes = await db.sql<{ sha256: string }>(
      'select distinct sha256 from vouchers where mandant_id = any ($1)',
      [[mandantId, other.mandantId]],
    );
    const { known } = await findDuplicates(ctx, { mandantId, sha256: hashes.map((row) => row.sha256) });
    expect(known.map((one) => one.name)).toEqual(['erste.pdf']);
    expect(await findDuplicates(ctx, { mandantId, sha256: [] })).toEqual({ known: [] });
  });

  it('names the limits of the server always, those of the target where there is one', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const alone = await readHandInRules(ctx, { mandantId });
    expect(alone).toMatchObject({ maxBytes: 104_857_600, forwardingMaxBytes: null, forwardsTo: null });
    expect(alone.documentTypes.map((type) => type.name)).toContain('Rechnungseingang');
    await addConnection(db, services, mandantId);
    expect(await readHandInRules(ctx, { mandantId })).toMatchObject({
      forwardingMaxBytes: 20_971_520,
      adviceBytes: 500_000,
      forwardsTo: { consultantNumber: expect.any(Number), mandantNumber: expect.any(Number) },
    });
  });
});
