import { randomUUID } from 'node:crypto';
import { type ReceiptBody, receiptBodyHash, verifyReceipt } from '@bruecke/proof';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { recordHistory, sealPending } from '../../history/index.ts';
import { createTestServices, hour, type TestServices } from '../../testServices.ts';
import { getVoucher } from './get.ts';
import { downloadReceipt } from './receipt.ts';
import { addConnection, addMandant, addStaff, handInBytes, pdfOf } from './testVouchers.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());

const seal = () => sealPending({ tenancy: db, key: services.signingKey, now: services.now });

/** A voucher whose delivery has arrived, with its receipt's body beside the history entry that holds the hash. */
async function arrived() {
  const { mandantId, ctx } = await addMandant(db, services);
  await addConnection(db, services, mandantId);
  const bytes = pdfOf(randomUUID());
  const { answer } = await handInBytes(ctx, mandantId, bytes);
  const voucher = await getVoucher(ctx, { mandantId, voucherId: answer.voucher.id });
  const delivery = voucher.deliveries[0];
  if (!delivery) throw new Error('no delivery');
  const body: ReceiptBody = {
    version: 1,
    kind: 'bruecke.receipt',
    receiptId: services.newId(),
    mandantId,
    voucher: { id: voucher.id, sha256: voucher.sha256, size: voucher.size },
    delivery: { id: delivery.id, guid: delivery.guid, run: delivery.run },
    dataset: { consultantNumber: '1234567', mandantNumber: '10001' },
    documentType: null,
    fileNameSent: delivery.fileNameSent,
    channel: 'belegbilderservice',
    arrivedAt: services.now().toISOString(),
    answer: { status: 201, code: null, requestId: null, globalTransactionId: null, proof: '201' },
    by: { userId: ctx.caller.userId },
  };
  const keep = () =>
    db.withTenant({ as: 'job', mandantId }, async (tx) => {
      const entry = await recordHistory(tx, services, {
        at: services.now(),
        kind: 'delivery.arrived',
        actor: { type: 'rule', name: 'forwarding' },
        subject: { voucherId: voucher.id, deliveryId: delivery.id },
        data: { receiptHash: receiptBodyHash(body) },
        mandantIds: [mandantId],
      });
      await tx
        .insertInto('receipts')
        .values({
          mandant_id: mandantId,
          id: body.receiptId,
          delivery_id: delivery.id,
          body: JSON.stringify(body),
          body_hash: receiptBodyHash(body),
          history_entry_id: entry.id,
          created_at: services.now(),
        })
        .execute();
    });
  return { mandantId, ctx, bytes, voucherId: voucher.id, at: { mandantId, deliveryId: delivery.id }, keep };
}

describe('downloadReceipt', () => {
  it('gives a receipt that verifies offline, the same at every download', async () => {
    const { ctx, at, bytes, keep, mandantId, voucherId } = await arrived();
    await expect(downloadReceipt(ctx, at)).rejects.toMatchObject({ code: 'receipt_not_ready' });
    await keep();
    await expect(downloadReceipt(ctx, at)).rejects.toMatchObject({ code: 'receipt_not_ready' });
    expect((await getVoucher(ctx, { mandantId, voucherId })).deliveries[0]?.receipt).toEqual({ sealed: false });
    await seal();
    expect((await getVoucher(ctx, { mandantId, voucherId })).deliveries[0]?.receipt).toEqual({ sealed: true });
    const file = await downloadReceipt(ctx, at);
    expect(file).toMatchObject({ mediaType: 'application/json', inline: false });
    expect(file.name).toMatch(/^Quittung-[0-9A-F-]{36}\.json$/);
    const receipt: unknown = JSON.parse(file.bytes.toString('utf8'));
    const report = verifyReceipt(receipt, { publicKeys: [services.signingKey.public], file: bytes });
    expect(report).toMatchObject({ ok: true, findings: [], fileChecked: true });
    expect((await downloadReceipt(ctx, at)).bytes).toEqual(file.bytes);
  });

  it('gives it to a firm that may see the voucher, though the entry is older than the firm’s own start', async () => {
    const { at, keep, mandantId } = await arrived();
    await keep();
    await seal();
    services.clock.forward(hour);
    const firm = await addStaff(db, services, mandantId, new Date(0));
    expect((await downloadReceipt(firm, at)).size).toBeGreaterThan(0);
  });

  it('answers the same for missing and foreign', async () => {
    const { at } = await arrived();
    const stranger = await addMandant(db, services);
    await expect(downloadReceipt(stranger.ctx, at)).rejects.toMatchObject({ code: 'not_found' });
    for (const deliveryId of [at.deliveryId, randomUUID()]) {
      const asked = downloadReceipt(stranger.ctx, { mandantId: stranger.mandantId, deliveryId });
      await expect(asked).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});
