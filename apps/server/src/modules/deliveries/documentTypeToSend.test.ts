import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatev } from '../../testDatev.ts';
import { minute } from '../../testServices.ts';
import { decide } from './decide.ts';
import { deliver } from './index.ts';

const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('types', watched);
afterAll(() => db.close());

/** What the uploads said, as they left the house. */
const bodies: string[] = [];
async function watched(request: Request, toDatev: Services['fetch']): Promise<Response> {
  if (request.method === 'PUT') bodies.push(await request.clone().text());
  return toDatev(request);
}

const stock = {
  renamed: [
    { name: 'Eingangsrechnungen', category: 'invoices_received' as const },
    { name: 'Kasse', category: 'other_documents' as const },
  ],
  without: [
    { name: 'Rechnungsausgang', category: 'outgoing_invoices' as const },
    { name: 'Kasse', category: 'other_documents' as const },
  ],
};

/** Vouchers handed in as "Rechnungseingang"; the stock's types change after that, and the next delivery checks anew. */
async function handedIn(count: number, documentTypes: (typeof stock)[keyof typeof stock]): Promise<Simulated> {
  const one = await connect();
  await layOutVouchers(services, one.mandantId, userId, count);
  changeStock(one, documentTypes);
  return one;
}

function changeStock(one: Simulated, documentTypes: (typeof stock)[keyof typeof stock]): void {
  sandbox.control.setClient(one.clientId, { documentTypes });
  services.clock.forward(11 * minute);
}

type Row = {
  id: Id;
  phase: string;
  attempts: number;
  type: string | null;
  code: string | null;
  voucher: string;
  voucherType: string | null;
  receiptType: string | null;
};
const rowsOf = (one: Simulated) =>
  db.sql<Row>(
    `select d.id, d.phase, d.attempts, d.document_type as type, d.cause ->> 'code' as code, v.status as voucher,
            v.document_type as "voucherType", r.body ->> 'documentType' as "receiptType"
       from deliveries d
       join vouchers v on v.mandant_id = d.mandant_id and v.id = d.voucher_id
       left join receipts r on r.mandant_id = d.mandant_id and r.delivery_id = d.id
      where d.mandant_id = $1 order by d.id`,
    [one.mandantId],
  );
/** The first one checks the connection, the others then go together. */
async function deliverAll(one: Simulated): Promise<string[]> {
  const [first, ...others] = (await rowsOf(one)).map(({ id: deliveryId }) => ({
    mandantId: one.mandantId,
    deliveryId,
  }));
  const came = first ? [await deliver(services, settings, first)] : [];
  return [...came, ...(await Promise.all(others.map((other) => deliver(services, settings, other))))];
}
const puts = () =>
  sandbox.control
    .calls()
    .filter(({ operation }) => operation === 'documents.put')
    .map(({ status }) => status);
const typesAtDatev = (one: Simulated) =>
  sandbox.control.arrived({ clientId: one.clientId }).map(({ documentType }) => documentType);

describe('the Belegtyp of a voucher', () => {
  it('goes out under the stock’s name for its category; delivery and receipt say which that was (D-07, G-32)', async () => {
    const one = await handedIn(2, stock.renamed);
    const before = puts().length;
    expect(await deliverAll(one)).toEqual(['sent', 'sent']);
    expect(puts().slice(before)).toEqual([201, 201]);
    expect(typesAtDatev(one)).toEqual(['Eingangsrechnungen', 'Eingangsrechnungen']);
    for (const row of await rowsOf(one))
      expect(row).toMatchObject({
        phase: 'arrived',
        type: 'Eingangsrechnungen',
        receiptType: 'Eingangsrechnungen',
        voucherType: 'Rechnungseingang',
      });
  });

  it('that fits none of the stock’s is asked for without a call, and goes out as the person decides', async () => {
    const one = await handedIn(3, stock.without);
    const before = puts().length;
    expect(await deliverAll(one)).toEqual(['done', 'done', 'done']);
    expect(puts()).toHaveLength(before);
    const rows = await rowsOf(one);
    for (const row of rows)
      expect(row).toMatchObject({ phase: 'question', attempts: 0, code: 'documentTypeUnknown', voucher: 'question' });
    const asked = await db.sql<{ subject: { deliveryId: Id } }>(
      "select subject from mandant_history where mandant_id = $1 and kind = 'delivery.asked'",
      [one.mandantId],
    );
    expect(asked.map(({ subject }) => subject.deliveryId).sort()).toEqual(rows.map(({ id }) => id).sort());

    const [typed, untyped, undecided] = rows as [Row, Row, Row];
    const say = (row: Row, choice: { documentType?: string | null }) =>
      decide(ctx(), {
        mandantId: one.mandantId,
        deliveryId: row.id,
        decision: 'sendAnyway',
        ...choice,
      });
    await say(typed, { documentType: 'Kasse' });
    await say(untyped, { documentType: null });
    await say(undecided, {});
    expect(await deliverAll(one)).toEqual(['sent', 'sent', 'done']);
    expect(puts().slice(before)).toEqual([201, 201]);
    expect((await rowsOf(one)).map(({ phase, receiptType }) => [phase, receiptType])).toEqual([
      ['arrived', 'Kasse'],
      ['arrived', null],
      ['question', null],
    ]);
  });

  it('stays as it was sent after an attempt without an answer: what may be there has that one', async () => {
    const one = await connect();
    await layOutVouchers(services, one.mandantId, userId, 1);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'cut', when: 'after' },
      times: 1,
    });
    bodies.length = 0;
    await deliverAll(one);
    changeStock(one, stock.renamed);
    await deliverAll(one);
    expect(bodies).toEqual(Array(2).fill(expect.stringContaining('"document_type":"Rechnungseingang"')));
    // DATEV's own refusal, which says nothing about the first attempt; the person is asked.
    expect(await rowsOf(one)).toMatchObject([{ phase: 'question', code: 'DCO01010', type: 'Rechnungseingang' }]);
    expect(typesAtDatev(one)).toEqual(['Rechnungseingang']);
  });
});
