import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BlobError } from '../../blobs/store.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createMemoryBlobs, createTestServices, type TestServices } from '../../testServices.ts';
import { cutEngagement } from '../engagements/cutEngagement.ts';
import { handIn } from './handIn.ts';
import {
  addConnection,
  addMandant,
  addMember,
  addStaff,
  handInBytes,
  pdfOf,
  png,
  streamOf,
  ublInvoice,
} from './testVouchers.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db, { settings: { uploadLimitBytes: 1_000_000 } });
});
afterAll(() => db.close());

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const rowsOf = (mandantId: string) => db.sql('select * from vouchers where mandant_id = $1', [mandantId]);
async function bytesOf(mandantId: string, hash: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of (await services.blobs.open(mandantId, hash)).stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('handIn', () => {
  it('keeps bytes, row and history, then answers', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = pdfOf('Rechnung 17');
    const { answer, history } = await handInBytes(ctx, mandantId, bytes, {
      name: 'C:\\Belege\\Rechnung 17.pdf',
      note: 'Büro\0bedarf',
      documentType: 'Rechnungseingang',
      sha256: sha256(bytes),
    });
    expect(answer).toMatchObject({
      voucher: {
        name: 'Rechnung 17.pdf',
        status: 'received',
        mediaType: 'application/pdf',
        size: bytes.length,
        documentType: 'Rechnungseingang',
        remarks: [],
        receivedAt: services.now().toISOString(),
      },
      duplicates: [],
      repeated: false,
    });
    expect(await bytesOf(mandantId, sha256(bytes))).toEqual(bytes);
    const [row] = await rowsOf(mandantId);
    expect(row).toMatchObject({
      id: answer.voucher.id,
      sha256: sha256(bytes),
      note: 'Büro bedarf',
      handed_in_by: { type: 'user', id: ctx.caller.userId },
    });
    const entries = await db.sql('select kind, actor, subject, data from mandant_history where mandant_id = $1', [
      mandantId,
    ]);
    expect(entries).toEqual([
      {
        kind: 'voucher.received',
        actor: { type: 'user', id: ctx.caller.userId },
        subject: { voucherId: answer.voucher.id },
        data: {
          sha256: sha256(bytes),
          size: bytes.length,
          mediaType: 'application/pdf',
          documentType: 'Rechnungseingang',
        },
      },
    ]);
    expect(history).toMatchObject([{ kind: 'voucher.received' }]);
  });

  it('gives it a delivery in the same transaction where there is a target', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await addConnection(db, services, mandantId);
    const { answer, history } = await handInBytes(ctx, mandantId, pdfOf('mit Ziel'));
    expect(answer.voucher.status).toBe('waiting');
    expect(history).toMatchObject([{ kind: 'voucher.received' }, { kind: 'delivery.queued' }]);
    const deliveries = await db.sql('select voucher_id, phase, run from deliveries where mandant_id = $1', [mandantId]);
    expect(deliveries).toEqual([{ voucher_id: answer.voucher.id, phase: 'waiting', run: 1 }]);
    expect(await rowsOf(mandantId)).toMatchObject([{ status: 'waiting' }]);
  });

  it('answers a repeated upload with the first voucher, with or without a hash', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = png();
    const upload = { uploadId: randomUUID(), sha256: sha256(bytes) };
    const first = await handInBytes(ctx, mandantId, bytes, upload);
    const unread = Readable.from([bytes]);
    const again = await handInBytes(ctx, mandantId, bytes, { ...upload, bytes: unread });
    expect(again).toEqual({ answer: { ...first.answer, repeated: true }, history: 'unchanged' });
    expect(unread.readableDidRead).toBe(false);
    const withoutHash = await handInBytes(ctx, mandantId, bytes, { uploadId: upload.uploadId });
    expect(withoutHash.answer).toEqual({ ...first.answer, repeated: true });
    expect(await rowsOf(mandantId)).toHaveLength(1);
  });

  it('makes one voucher of the same upload arriving ten times at once', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = pdfOf('gleichzeitig');
    const uploadId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => handInBytes(ctx, mandantId, bytes, { uploadId })),
    );
    expect(new Set(answers.map(({ answer }) => answer.voucher.id)).size).toBe(1);
    expect(answers.filter(({ answer }) => !answer.repeated)).toHaveLength(1);
    expect(await rowsOf(mandantId)).toHaveLength(1);
    const [count] = await db.sql('select count(*)::int as n from mandant_history where mandant_id = $1', [mandantId]);
    expect(count).toEqual({ n: 1 });
  });

  it('refuses another file under an upload id that is taken, and keeps the first', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const uploadId = randomUUID();
    const [one, other] = [pdfOf('eins'), pdfOf('zwei')];
    await handInBytes(ctx, mandantId, one, { uploadId });
    for (const given of [{ uploadId }, { uploadId, sha256: sha256(other) }]) {
      await expect(handInBytes(ctx, mandantId, other, given)).rejects.toMatchObject({ code: 'upload_id_reused' });
    }
    expect(await rowsOf(mandantId)).toMatchObject([{ sha256: sha256(one) }]);
  });

  it('shows duplicates and drops none, also when they arrive at once', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = pdfOf('doppelt');
    const both = await Promise.all([handInBytes(ctx, mandantId, bytes), handInBytes(ctx, mandantId, bytes)]);
    const flagged = both.filter(({ answer }) => answer.voucher.remarks.includes('duplicateBytes'));
    expect(flagged).toHaveLength(1);
    const first = both.find(({ answer }) => !answer.voucher.remarks.includes('duplicateBytes'));
    expect(flagged[0]?.answer.duplicates.map(({ id }) => id)).toEqual([first?.answer.voucher.id]);
    expect(await rowsOf(mandantId)).toHaveLength(2);
    const elsewhere = await addMandant(db, services);
    const { answer } = await handInBytes(elsewhere.ctx, elsewhere.mandantId, bytes);
    expect(answer).toMatchObject({ duplicates: [], voucher: { remarks: [] } });
  });

  it('keeps what arrives at once together, each with its own delivery, and one that is refused takes no other down', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await addConnection(db, services, mandantId);
    const uploadId = randomUUID();
    await handInBytes(ctx, mandantId, pdfOf('zuerst'), { uploadId });
    const refused = expect(handInBytes(ctx, mandantId, pdfOf('ein anderer'), { uploadId })).rejects.toMatchObject({
      code: 'upload_id_reused',
    });
    const names = Array.from({ length: 6 }, (_, index) => `Beleg ${index}.pdf`);
    const taken = await Promise.all(names.map((name) => handInBytes(ctx, mandantId, pdfOf(name), { name })));
    await refused;
    expect(taken.map(({ answer }) => answer.voucher.name)).toEqual(names);
    const rows = await db.sql<{ original_name: string; file_name_sent: string; job: string | null }>(
      `select v.original_name, d.file_name_sent, j.key as job
         from vouchers v join deliveries d on d.mandant_id = v.mandant_id and d.voucher_id = v.id
         left join graphile_worker.jobs j on j.key = 'deliver:' || d.id
        where v.mandant_id = $1 and v.status = 'waiting' and v.upload_id <> $2 order by v.original_name`,
      [mandantId, uploadId],
    );
    expect(rows.map((row) => row.original_name)).toEqual(names);
    for (const row of rows) {
      expect(row.file_name_sent).toMatch(new RegExp(`^${row.original_name.slice(0, -4)}_\\w+[.]pdf$`));
      expect(row.job).not.toBeNull();
    }
    const [entries] = await db.sql(
      `select count(*) filter (where kind = 'voucher.received')::int as received,
              count(*) filter (where kind = 'delivery.queued')::int as queued from mandant_history where mandant_id = $1`,
      [mandantId],
    );
    expect(entries).toEqual({ received: 7, queued: 7 });
  });

  it('names sizes that a target does not take, and stores all the same', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const { answer } = await handInBytes(ctx, mandantId, pdfOf('Scan', { padding: 600_000 }));
    expect(answer.voucher.remarks).toEqual(['aboveSizeAdvice']);
  });

  it.each([
    ['wrong type by content', Buffer.from('Hallo'), { name: 'Rechnung.pdf' }, 'file_type_refused'],
    ['a zip', Buffer.from('504b030414000000000000000000', 'hex'), { name: 'Rechnung.pdf' }, 'archive_refused'],
    ['empty', Buffer.alloc(0), {}, 'file_empty'],
    ['too large, announced', pdfOf('x', { padding: 1_100_000 }), {}, 'file_too_large'],
    ['too large, not announced', pdfOf('x', { padding: 1_100_000 }), { announcedLength: null }, 'file_too_large'],
    ['other bytes than announced', pdfOf('x'), { sha256: 'ab'.repeat(32) }, 'checksum_mismatch'],
    ['a name of nothing', pdfOf('x'), { name: '../..' }, 'file_name_refused'],
    ['unknown document type', pdfOf('x'), { documentType: 'Lohn\0' }, 'document_type_unknown'],
  ])('refuses %s and keeps nothing', async (_what, bytes, given, code) => {
    const { mandantId, ctx } = await addMandant(db, services);
    await expect(handInBytes(ctx, mandantId, bytes, given)).rejects.toMatchObject({ code });
    expect(await rowsOf(mandantId)).toEqual([]);
    expect(await services.blobs.stat(mandantId, sha256(bytes))).toBeUndefined();
  });

  it('takes whatever type the Bestand has, once there is one', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const documentTypes = [{ name: 'Eingangsrechnung', category: 'invoices_received', debitCredit: null }];
    await addConnection(db, services, mandantId, { documentTypes });
    await handInBytes(ctx, mandantId, pdfOf('x'), { documentType: 'Eingangsrechnung' });
    await expect(handInBytes(ctx, mandantId, pdfOf('y'), { documentType: 'Rechnungseingang' })).rejects.toMatchObject({
      code: 'document_type_unknown',
    });
  });

  it('keeps nothing of an upload that breaks off, at its beginning or later', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const whole = pdfOf('abgebrochen', { padding: 300_000 });
    for (const until of [100, 200_000]) {
      async function* broken() {
        yield whole.subarray(0, until);
        throw new Error('aborted');
      }
      const bytes = Readable.from(broken(), { objectMode: false });
      await expect(handInBytes(ctx, mandantId, whole, { bytes })).rejects.toMatchObject({ code: 'upload_incomplete' });
    }
    expect(await rowsOf(mandantId)).toEqual([]);
  });

  it('says that the storage is full, and keeps no row', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const put = async () => Promise.reject(new BlobError('blob_disk_full', 'no space'));
    const full = { ...ctx, blobs: { ...createMemoryBlobs(), put } };
    await expect(handInBytes(full, mandantId, png())).rejects.toMatchObject({ code: 'storage_full' });
    expect(await rowsOf(mandantId)).toEqual([]);
  });

  it('reads not one byte for those who may not, and tells foreign from missing by nothing', async () => {
    const { mandantId } = await addMandant(db, services);
    const stranger = await addMandant(db, services);
    const reader = await addMember(db, services, mandantId, ['read']);
    const cases = [
      { ctx: stranger.ctx, id: mandantId, code: 'not_found' },
      { ctx: stranger.ctx, id: randomUUID(), code: 'not_found' },
      { ctx: reader, id: mandantId, code: 'right_missing' },
    ];
    for (const { ctx, id, code } of cases) {
      const bytes = streamOf(png());
      await expect(handInBytes(ctx, id, png(), { bytes })).rejects.toMatchObject({ code });
      expect(bytes.readableDidRead).toBe(false);
    }
  });

  it('asks once for a short file of those who are known to may, and keeps the rules of those it asks before', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const known = { ...ctx, caller: { ...ctx.caller, atMandant: { id: mandantId, rights: ['handIn' as const] } } };
    const bytes = pdfOf('einmal gefragt');
    const upload = { uploadId: randomUUID(), sha256: sha256(bytes) };
    const first = await handInBytes(known, mandantId, bytes, upload);
    const again = await handInBytes(known, mandantId, bytes, upload);
    expect(again).toEqual({ answer: { ...first.answer, repeated: true }, history: 'unchanged' });
    await expect(handInBytes(known, mandantId, pdfOf('andere'), { uploadId: upload.uploadId })).rejects.toMatchObject({
      code: 'upload_id_reused',
    });
    expect(await rowsOf(mandantId)).toHaveLength(1);
    const unread = Readable.from([bytes]);
    await expect(
      handInBytes(known, mandantId, bytes, { bytes: unread, documentType: 'Gibt es nicht' }),
    ).rejects.toMatchObject({ code: 'document_type_unknown' });
    expect(unread.readableDidRead).toBe(false);
  });

  it('believes nothing that was found out before: who lost the right meanwhile leaves no voucher', async () => {
    const { mandantId, ctx } = await addMandant(db, services, { rights: ['read', 'handIn'] });
    const { mandantId: foreign } = await addMandant(db, services);
    const known = { ...ctx, caller: { ...ctx.caller, atMandant: { id: mandantId, rights: ['handIn' as const] } } };
    const unread = Readable.from([pdfOf('fremd')]);
    await expect(handInBytes(known, foreign, pdfOf('fremd'), { bytes: unread })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(unread.readableDidRead).toBe(false);
    await db.sql("update mandant_members set rights = '{read}' where user_id = $1", [ctx.caller.userId]);
    await expect(handInBytes(known, mandantId, pdfOf('zu spät'))).rejects.toMatchObject({ code: 'right_missing' });
    expect(await rowsOf(mandantId)).toEqual([]);
  });

  it.each([
    ['asked for before its bytes are read', null],
    ['known from the question who asks', ['read' as const, 'handIn' as const]],
  ])(
    'keeps no voucher of a firm whose Kanzleiverbindung is cut while its bytes arrive, its right %s',
    async (_, rights) => {
      const { mandantId, ctx: boss } = await addMandant(db, services);
      const firm = await addStaff(db, services, mandantId, null);
      const ctx = { ...firm, caller: { ...firm.caller, ...(rights && { atMandant: { id: mandantId, rights } }) } };
      const whole = pdfOf('unterwegs');
      async function* arriving() {
        yield whole.subarray(0, 100);
        await cutEngagement(boss, { mandantId, mandantName: 'Tischlerei Brandt' });
        yield whole.subarray(100);
      }
      const bytes = Readable.from(arriving());
      await expect(handInBytes(ctx, mandantId, whole, { bytes })).rejects.toMatchObject({ code: 'not_found' });
      expect(bytes.readableDidRead).toBe(true);
      expect(await rowsOf(mandantId)).toEqual([]);
    },
  );

  it('takes an API key’s upload only for its Mandant, and names the key', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const apiKey = { id: randomUUID(), mandantId, rights: ['handIn' as const] };
    const keyed = { ...ctx, caller: { ...ctx.caller, session: null, apiKey } };
    const { answer } = await handInBytes(keyed, mandantId, ublInvoice());
    expect(answer.voucher.mediaType).toBe('application/xml');
    expect(await rowsOf(mandantId)).toMatchObject([
      { handed_in_by: { type: 'apiKey', id: apiKey.id, userId: ctx.caller.userId } },
    ]);
    const other = await addMandant(db, services);
    await db.sql(
      "insert into mandant_members (mandant_id, user_id, role, rights, since) values ($1, $2, 'admin', '{}', now())",
      [other.mandantId, ctx.caller.userId],
    );
    await expect(handInBytes(keyed, other.mandantId, png())).rejects.toMatchObject({ code: 'not_found' });
  });

  it('leaves the rest of a refused stream to the caller', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const bytes = streamOf(Buffer.alloc(500_000, 'x'));
    await expect(
      handIn(ctx, { mandantId, name: 'x.pdf', uploadId: randomUUID(), bytes, announcedLength: null }),
    ).rejects.toMatchObject({ code: 'file_type_refused' });
    expect(bytes.destroyed).toBe(false);
    let rest = 0;
    for await (const chunk of bytes) rest += chunk.length;
    expect(rest).toBeGreaterThan(0);
  });
});
