import { fileNameForDatev, shortIdFrom } from '@bruecke/channels/vouchers-to-duo/channel';
import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatev } from '../../testDatev.ts';
import { minute } from '../../testServices.ts';
import { noteRefusedToken } from '../grants/index.ts';
import { changeVoucher } from '../vouchers/change.ts';
import { decide } from './decide.ts';
import { deliver } from './index.ts';
import { sendAgain } from './sendAgain.ts';

/** Calls of the token endpoint. */
let refreshes = 0;
/** Uploads as they leave the house, each with what the database says about it at that moment. */
const uploads: { guid: string; stored: { guid: string; phase: string } | undefined }[] = [];

/** DATEV's requirements of forwarding (docs/datev-requirements.md), against its sandbox. */
const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('rules', watched);
afterAll(() => db.close());

async function watched(request: Request, toDatev: Services['fetch']): Promise<Response> {
  if (new URL(request.url).pathname.endsWith('/token')) refreshes += 1;
  if (request.method === 'PUT') {
    const guid = request.url.slice(-36);
    const [stored] = await db.sql<{ guid: string; phase: string }>(
      'select guid, phase from deliveries where guid = $1',
      [guid],
    );
    uploads.push({ guid, stored });
  }
  return toDatev(request);
}

type Due = { id: Id; guid: string; phase: string; runAt: Date | null };

const dueOf = (one: Simulated) =>
  db.sql<Due>(
    `select d.id, d.guid, d.phase, (select j.run_at from graphile_worker._private_jobs j where j.key = 'deliver:' || d.id) as "runAt"
       from deliveries d where d.mandant_id = $1 order by d.id`,
    [one.mandantId],
  );

async function connected(vouchers: number): Promise<Simulated> {
  const one = await connect();
  await layOutVouchers(services, one.mandantId, userId, vouchers);
  uploads.length = 0;
  refreshes = 0;
  return one;
}

/** As one worker does it that has its jobs one after the other. */
async function deliverAll(one: Simulated): Promise<string[]> {
  const results: string[] = [];
  for (const { id } of await dueOf(one))
    results.push(await deliver(services, settings, { mandantId: one.mandantId, deliveryId: id }));
  return results;
}

/** As one worker does it that has many jobs at once. */
const deliverTogether = async (one: Simulated) =>
  Promise.all(
    (await dueOf(one)).map(({ id: deliveryId }) =>
      deliver(services, settings, { mandantId: one.mandantId, deliveryId }),
    ),
  );

const grantOf = async (one: Simulated) => {
  const [grant] = await db.sql<{ state: string; lost_reason: string | null }>(
    'select state, lost_reason from grants where mandant_id = $1',
    [one.mandantId],
  );
  return grant;
};

/** The lost answer: DATEV has the file, or has it not. */
const cutOnce = (one: Simulated, when: 'before' | 'after') =>
  sandbox.control.addFault({
    operation: 'documents.put',
    clientId: one.clientId,
    effect: { kind: 'cut', when },
    times: 1,
  });

const arrivedAt = (one: Simulated) =>
  sandbox.control.arrived({ clientId: one.clientId }).map(({ id, documentType }) => ({ guid: id, documentType }));

const receiptsOf = (one: Simulated) =>
  db.sql<{ guid: string; documentType: string; proof: string }>(
    `select body->'delivery'->>'guid' as guid, body->>'documentType' as "documentType", body->'answer'->>'proof' as proof
       from receipts where mandant_id = $1 order by created_at`,
    [one.mandantId],
  );

describe('forwarding', () => {
  it('of a connection that is on happens by rule: a voucher handed in has its job (D-04)', async () => {
    const one = await connected(1);
    expect((await dueOf(one)).map(({ phase, runAt }) => [phase, runAt !== null])).toEqual([['waiting', true]]);
    expect(await deliverAll(one)).toEqual(['sent']);
  });

  it('sends a version 4 GUID in upper case that was stored before, as was the attempt (D-09)', async () => {
    const one = await connected(2);
    await deliverAll(one);
    expect(uploads.map(({ guid }) => guid).sort()).toEqual((await dueOf(one)).map(({ guid }) => guid).sort());
    for (const { guid, stored } of uploads) {
      expect(guid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
      expect(stored).toEqual({ guid, phase: 'sending' });
    }
  });

  it('stops at the first refusal that concerns them all: the rest is not sent (G-32)', async () => {
    const one = await connected(4);
    sandbox.control.setClient(one.clientId, { belegfreigabe: true });
    expect(await deliverAll(one)).toEqual(['sent', 'held', 'held', 'held']);
    expect(uploads).toHaveLength(1);
    expect((await dueOf(one)).every(({ phase }) => phase === 'waiting')).toBe(true);
  });

  it('comes back no earlier than DATEV asks for with Retry-After (G-38)', async () => {
    const one = await connected(1);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'status', status: 429, retryAfterSeconds: 1200 },
      times: 1,
    });
    const at = services.now().getTime();
    await deliverAll(one);
    const [due] = await dueOf(one);
    expect(due?.runAt?.getTime()).toBeGreaterThanOrEqual(at + 20 * minute);
    expect(due?.phase).toBe('waiting');
  });
});

describe('a refused access token (cloud.md A.9)', () => {
  it('is refreshed once, however many uploads were on their way with it', async () => {
    const one = await connected(6);
    sandbox.control.expireTokens('access', { boundTo: one.clientId });
    await deliverTogether(one);
    await deliverAll(one);
    expect((await dueOf(one)).map(({ phase }) => phase)).toEqual(Array(6).fill('arrived'));
    expect(await grantOf(one)).toEqual({ state: 'valid', lost_reason: null });
    expect(refreshes).toBe(1);
  });

  it('costs the authorisation only when the refreshed one is refused as well', async () => {
    const one = await connected(3);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'status', status: 401 },
      times: 20,
    });
    await deliverTogether(one);
    expect(await grantOf(one)).toMatchObject({ lost_reason: 'accessRefused' });
    expect(refreshes).toBe(1);
    expect((await dueOf(one)).every(({ phase }) => phase === 'waiting')).toBe(true);
  });

  it.each(['accessRefused', 'scopeMissing'] as const)('says nothing about a newer one (%s)', async (reason) => {
    const one = await connected(1);
    const input = { ...one, accessToken: 'an older one', reason };
    const told = services.withTenant({ as: 'job', mandantId: one.mandantId }, (tx) =>
      noteRefusedToken(tx, services, input),
    );
    expect(await told).toBe('again');
    expect(await grantOf(one)).toEqual({ state: 'valid', lost_reason: null });
    expect(await deliverAll(one)).toEqual(['sent']);
    expect(refreshes).toBe(0);
  });
});

describe('a receipt', () => {
  /** The same voucher once more, and its request is lost on the way; what its repetition comes to. */
  async function secondRun(one: Simulated) {
    await deliverAll(one);
    const [voucher] = await db.sql<{ id: Id }>('select id from vouchers where mandant_id = $1', [one.mandantId]);
    const again = { mandantId: one.mandantId, voucherId: voucher?.id ?? '', reason: 'im Bestand gelöscht' };
    await sendAgain(ctx(), again);
    cutOnce(one, 'before');
    await deliverAll(one);
    await deliverAll(one);
    return db.sql('select run, phase, cause from deliveries where mandant_id = $1 order by run', [one.mandantId]);
  }

  it('needs more than DCO01253 where an earlier run has brought the file: a person is asked', async () => {
    const one = await connected(1);
    expect(await secondRun(one)).toMatchObject([
      { run: 1, phase: 'arrived' },
      { run: 2, phase: 'question', cause: { code: 'DCO01253', detail: 'duplicateFile' } },
    ]);
    const arrived = arrivedAt(one);
    expect(arrived).toHaveLength(1);
    expect((await receiptsOf(one)).map(({ guid }) => guid)).toEqual(arrived.map(({ guid }) => guid));
  });

  it('names the Belegtyp that DATEV has, also where a person has changed it after a lost answer', async () => {
    const one = await connected(1);
    cutOnce(one, 'after');
    await deliverAll(one);
    const [voucher] = await db.sql<{ id: Id }>('select id from vouchers where mandant_id = $1', [one.mandantId]);
    const change = { mandantId: one.mandantId, voucherId: voucher?.id ?? '', documentType: 'Kasse' };
    await changeVoucher(ctx(), change);
    await deliverAll(one);
    const [arrived] = arrivedAt(one);
    expect(arrived?.documentType).toBe('Rechnungseingang');
    expect(await receiptsOf(one)).toEqual([{ ...arrived, proof: '409 DCO01012' }]);
  });
});

describe('the decision about a Rückfrage', () => {
  it('cannot be that it is there already where DATEV has refused it for another cause', async () => {
    const one = await connected(1);
    sandbox.control.setClient(one.clientId, { documentTypes: [{ name: 'Kasse', category: 'other_documents' }] });
    await deliverAll(one);
    const [asked] = await dueOf(one);
    expect(asked?.phase).toBe('question');
    const there = { mandantId: one.mandantId, deliveryId: asked?.id ?? '', decision: 'confirmThere' } as const;
    await expect(decide(ctx(), there)).rejects.toMatchObject({ code: 'delivery_not_possible' });
    expect((await dueOf(one))[0]?.phase).toBe('question');
  });

  it('can be that it is there already where an attempt had no answer; a second run stays possible, with a reason', async () => {
    const one = await connected(1);
    cutOnce(one, 'after');
    await deliverAll(one);
    sandbox.control.setClient(one.clientId, { documentTypes: [{ name: 'Kasse', category: 'other_documents' }] });
    services.clock.forward(11 * minute);
    await deliverAll(one);
    const [asked] = await dueOf(one);
    expect(asked?.phase).toBe('question');
    const { mandantId } = one;
    await decide(ctx(), { mandantId, deliveryId: asked?.id ?? '', decision: 'confirmThere' });
    expect((await dueOf(one)).map(({ phase }) => phase)).toEqual(['settled']);
    const [voucher] = await db.sql<{ id: Id }>('select id from vouchers where mandant_id = $1', [mandantId]);
    await sendAgain(ctx(), { mandantId, voucherId: voucher?.id ?? '', reason: 'liegt doch nicht dort' });
    expect((await dueOf(one)).map(({ phase }) => phase)).toEqual(['settled', 'waiting']);
  });

  it.each(['a', 'ä'])('keeps the short id and the limit of 255 bytes in a new name of many %s', async (letter) => {
    const one = await connected(1);
    const [delivery] = await dueOf(one);
    const shortId = shortIdFrom(delivery?.id ?? '');
    const name = fileNameForDatev({ originalName: letter.repeat(300), shortId, extension: 'pdf' });
    await db.sql('update deliveries set file_name_sent = $2 where mandant_id = $1', [one.mandantId, name]);
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'error', code: 'DCO01253' },
      times: 1,
    });
    await deliverAll(one);
    const again = { mandantId: one.mandantId, deliveryId: delivery?.id ?? '', decision: 'sendAnyway' } as const;
    await decide(ctx(), again);
    const [renamed] = await db.sql<{ name: string }>(
      'select file_name_sent as name from deliveries where mandant_id = $1',
      [one.mandantId],
    );
    expect(renamed?.name).toContain(`_${shortId}-2.pdf`);
    expect(Buffer.byteLength(renamed?.name ?? '')).toBeLessThanOrEqual(255);
  });

  it('sends with another Belegtyp, and keeps the change of the voucher with author and time', async () => {
    const one = await connected(1);
    sandbox.control.setClient(one.clientId, { documentTypes: [{ name: 'Kasse', category: 'other_documents' }] });
    await db.sql('update connections set checked_at = null where mandant_id = $1', [one.mandantId]);
    await deliverAll(one);
    const [delivery] = await dueOf(one);
    expect(delivery?.phase).toBe('question');
    const decision = { decision: 'sendAnyway', documentType: 'Kasse' } as const;
    await decide(ctx(), { mandantId: one.mandantId, deliveryId: delivery?.id ?? '', ...decision });
    await deliverAll(one);
    expect((await receiptsOf(one)).map(({ documentType }) => documentType)).toEqual(['Kasse']);
    const changes = await db.sql('select actor, fields, at from voucher_field_changes where mandant_id = $1', [
      one.mandantId,
    ]);
    expect(changes).toEqual([
      {
        actor: expect.objectContaining({ type: 'user', id: userId }),
        fields: { documentType: 'Kasse' },
        at: services.now(),
      },
    ]);
  });
});
