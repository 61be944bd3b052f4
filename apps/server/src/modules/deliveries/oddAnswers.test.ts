import type { Id } from '@bruecke/model';
import { afterAll, expect, it } from 'vitest';
import { layOutVouchers } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatev } from '../../testDatev.ts';
import { day } from '../../testServices.ts';
import { deliver } from './index.ts';

/** Answers to an upload that no documentation names: each is kept, whatever it holds, and leads to a definite end. */
const { db, services, settings, userId, connect } = await createTestDatev('odd');
afterAll(() => db.close());

/** One voucher, answered so: what became of it. */
async function answered(answer: () => Response) {
  const { mandantId } = await connect();
  await layOutVouchers(services, mandantId, userId, 1);
  const read = async () => {
    const [row] = await db.sql<{ id: Id; phase: string; receipts: number; runAt: Date }>(
      `select d.id, d.phase, (select j.run_at from graphile_worker._private_jobs j where j.key = 'deliver:' || d.id) as "runAt",
              (select count(*)::int from receipts r where r.mandant_id = d.mandant_id) as receipts
         from deliveries d where d.mandant_id = $1`,
      [mandantId],
    );
    if (!row) throw new Error('no delivery');
    return row;
  };
  const process: Services = {
    ...services,
    fetch: async (request) => (request.method === 'PUT' ? answer() : services.fetch(request)),
  };
  await deliver(process, settings, { mandantId, deliveryId: (await read()).id });
  return read();
}

it.each([
  ['a 201 with NUL and half characters', 201, '{"id":"\\u0000","note":"\\ud800","document_type":"\\u0000"}', 'arrived'],
  ['a 409 with NUL', 409, '{"error":"#DCO01012","request_id":"\\u0000"}', 'arrived'],
  ['a refusal with NUL', 400, '{"error":"#DCO01245","error_description":"\\u0000","request_id":"\\u0000"}', 'failed'],
  ['a refusal with half a character', 400, '{"error":"#DCO01245","request_id":"\\ud800"}', 'failed'],
  ['a page that is no text', 500, 'a\0b', 'waiting'],
  ['a page that is cut within a character', 500, `${'x'.repeat(4095)}😀`, 'waiting'],
])('%s', async (_name, status, body, phase) => {
  const after = await answered(() => new Response(body, { status }));
  expect(after).toMatchObject({ phase, receipts: phase === 'arrived' ? 1 : 0 });
});

it('a Retry-After of years puts its voucher off by a day', async () => {
  const after = await answered(() => new Response('', { status: 429, headers: { 'retry-after': '999999999' } }));
  expect(after).toMatchObject({ phase: 'waiting', runAt: new Date(services.now().getTime() + day) });
});
