import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, minute, type TestServices } from '../../testServices.ts';
import { changeVoucher } from './change.ts';
import { getVoucher } from './get.ts';
import { inspectWaiting, startInspector } from './inspector.ts';
import { addMandant, handInBytes, pdfOf, png, ublInvoice } from './testVouchers.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());

const throwIt = (error: unknown) => {
  throw error;
};
async function inspectAll(): Promise<void> {
  while ((await inspectWaiting({ services, onError: throwIt })) > 0);
}
const waiting = async (mandantId: Id) =>
  (await db.sql('select voucher_id from vouchers_to_inspect where mandant_id = $1', [mandantId])).length;

/** Hands bytes in, has them looked into, and shows the voucher. */
async function inspected(bytes: Buffer, given: { documentType?: string } = {}) {
  const { mandantId, ctx } = await addMandant(db, services);
  const { answer } = await handInBytes(ctx, mandantId, bytes, given);
  await inspectAll();
  expect(await waiting(mandantId)).toBe(0);
  return getVoucher(ctx, { mandantId, voucherId: answer.voucher.id });
}

/**
 * As qpdf writes for the web (ISO 32000-2, Annex F): the first page's table and trailer at the beginning, with what holds for the whole
 * file; those of the rest at the end, whose trailer needs no more than its size and whose `startxref` leads to the beginning.
 */
function linearised({ padding, encrypted = false }: { padding: number; encrypted?: boolean }): Buffer {
  const head = '%PDF-1.4\n1 0 obj\n<< /Linearized 1 /L 9000000 /H [600 100] /O 4 /E 900 /N 1 /T 8999000 >>\nendobj\n';
  const encryption = encrypted ? '/Encrypt 6 0 R /ID [<00> <00>] ' : '';
  const first = `xref\n3 1\n0000000500 00000 n \ntrailer\n<< /Size 7 /Root 3 0 R /Prev 8999000 ${encryption}>>\nstartxref\n0\n%%EOF\n`;
  const rest = `2 0 obj\n<< /Length ${padding} >>\nstream\n${'0'.repeat(padding)}\nendstream\nendobj\n`;
  const end = `xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 3 >>\nstartxref\n${head.length}\n%%EOF\n`;
  return Buffer.from(`${head}${first}${rest}${end}`, 'latin1');
}

/** A cross-reference stream so long that neither the beginning nor the end of the file has its dictionary. */
function inTheMiddle({ padding }: { padding: number }): Buffer {
  const half = `<< /Length ${padding / 2} >>\nstream\n${'0'.repeat(padding / 2)}\nendstream\nendobj\n`;
  const before = `%PDF-1.5\n2 0 obj\n${half}`;
  const table = `3 0 obj\n<< /Type /XRef /Root 1 0 R /Encrypt 6 0 R /W [1 2 1] ${half.slice(3)}`;
  return Buffer.from(`${before}${table}startxref\n${before.length}\n%%EOF\n`, 'latin1');
}

describe('looking into what was handed in', () => {
  it('takes over the fields of an e-invoice, says who did, and finds them by word', async () => {
    const voucher = await inspected(ublInvoice());
    const fields = {
      number: 'RE-2026-77',
      date: '2026-02-27',
      grossCents: 11_900,
      currency: 'EUR',
      partner: 'Müller GmbH',
    };
    expect(voucher).toMatchObject({ fields, remarks: ['eInvoice'] });
    expect(voucher.fieldChanges).toMatchObject([{ by: { kind: 'rule', name: 'eInvoice' }, fields }]);
  });

  it('names the buyer as partner of what the Mandant wrote itself', async () => {
    const voucher = await inspected(ublInvoice({ buyer: 'Kundin AG' }), { documentType: 'Rechnungsausgang' });
    expect(voucher.fields.partner).toBe('Kundin AG');
  });

  it.each([
    ['an encrypted PDF', pdfOf('geheim', { encrypted: true }), ['encryptedPdf']],
    [
      'a large encrypted PDF',
      pdfOf('geheim', { encrypted: true, padding: 9_000_000 }),
      ['aboveSizeAdvice', 'encryptedPdf'],
    ],
    [
      'a large encrypted PDF that is linearised',
      linearised({ encrypted: true, padding: 9_000_000 }),
      ['aboveSizeAdvice', 'encryptedPdf'],
    ],
    [
      'a large encrypted PDF whose table stands in the middle',
      inTheMiddle({ padding: 9_000_000 }),
      ['aboveSizeAdvice', 'encryptedPdf'],
    ],
    ['a large plain PDF that is linearised', linearised({ padding: 9_000_000 }), ['aboveSizeAdvice']],
    [
      'a large PDF that breaks off',
      pdfOf('groß', { padding: 9_000_000 }).subarray(0, 8_600_000),
      ['aboveSizeAdvice', 'brokenPdf'],
    ],
    [
      'a large encrypted PDF that is linearised and breaks off',
      linearised({ encrypted: true, padding: 9_000_000 }).subarray(0, 8_600_000),
      ['aboveSizeAdvice', 'encryptedPdf', 'brokenPdf'],
    ],
    ['a broken PDF', Buffer.from('%PDF-1.7\nnichts weiter'), ['brokenPdf']],
    ['a plain PDF', pdfOf('einfach'), []],
    ['a large plain PDF', pdfOf('groß', { padding: 9_000_000 }), ['aboveSizeAdvice']],
    ['broken XML', Buffer.from('<?xml version="1.0"?><Invoice><ID>1'), []],
  ])('marks %s, and keeps it', async (_what, bytes, remarks) => {
    const voucher = await inspected(bytes);
    expect(voucher.remarks).toEqual(remarks);
    expect(voucher.size).toBe(bytes.length);
  });

  it('never overrides a person, even one who said that a field is empty', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    const { answer } = await handInBytes(ctx, mandantId, ublInvoice());
    const at = { mandantId, voucherId: answer.voucher.id };
    await changeVoucher(ctx, { ...at, fields: { number: 'von Hand', partner: 'x' } });
    await changeVoucher(ctx, { ...at, fields: { partner: null } });
    await inspectAll();
    expect((await getVoucher(ctx, at)).fields).toEqual({
      number: 'von Hand',
      date: '2026-02-27',
      grossCents: 11_900,
      currency: 'EUR',
      partner: null,
    });
  });

  it('leaves images alone, and does nothing twice when repeated', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await handInBytes(ctx, mandantId, png());
    expect(await waiting(mandantId)).toBe(0);
    const { answer } = await handInBytes(ctx, mandantId, ublInvoice());
    const at = { mandantId, voucherId: answer.voucher.id };
    await inspectAll();
    await db.sql('insert into vouchers_to_inspect (mandant_id, voucher_id, received_at) values ($1, $2, now())', [
      mandantId,
      at.voucherId,
    ]);
    await inspectAll();
    expect((await getVoucher(ctx, at)).fieldChanges).toHaveLength(1);
  });

  it('tries again what could not be read, once the claim is old, and takes nothing that another has claimed', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await handInBytes(ctx, mandantId, ublInvoice());
    const failing = { ...services, blobs: { ...services.blobs, open: async () => Promise.reject(new Error('disk')) } };
    const errors: unknown[] = [];
    await inspectWaiting({ services: failing, onError: (error) => errors.push(error) });
    expect(errors).toHaveLength(1);
    expect(await inspectWaiting({ services, onError: throwIt })).toBe(0);
    services.clock.forward(11 * minute);
    expect(await inspectWaiting({ services, onError: throwIt })).toBe(1);
    expect(await waiting(mandantId)).toBe(0);
  });

  it('runs by itself until it is stopped', async () => {
    const { mandantId, ctx } = await addMandant(db, services);
    await handInBytes(ctx, mandantId, ublInvoice());
    let idle = () => {};
    const drained = new Promise<void>((resolve) => {
      idle = resolve;
    });
    const wait = (_milliseconds: number, signal: AbortSignal) => {
      idle();
      return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    };
    const inspector = startInspector({ services, wait, onError: throwIt });
    await drained;
    await inspector.stop();
    expect(await waiting(mandantId)).toBe(0);
  });
});
