import type { Id } from '@bruecke/model';
import { afterAll, describe, expect, it } from 'vitest';
import { layOutVouchers, type Simulated, signInAtDatev } from '../../../simulate/layOut.ts';
import type { Services } from '../../context.ts';
import { createTestDatev } from '../../testDatev.ts';
import { minute, second } from '../../testServices.ts';
import { checkConnection } from '../connectionHealth/index.ts';
import { completeSignIn, renew } from '../connections/index.ts';
import { testConnection } from '../connections/testConnection.ts';
import { changeVoucher } from '../vouchers/change.ts';
import { sendingLeaseMs } from './claimDelivery.ts';
import { decide } from './decide.ts';
import { deliver } from './index.ts';

/** What becomes different while a call to DATEV is under way, and what is then written. */
const { db, services, sandbox, settings, userId, ctx, connect } = await createTestDatev('meanwhile');
afterAll(() => db.close());

async function connected(vouchers: number): Promise<Simulated> {
  const one = await connect();
  await layOutVouchers(services, one.mandantId, userId, vouchers);
  return one;
}

type Row = { id: Id; voucher_id: Id; phase: string; document_type: string | null; job: Date | null };
const rowsOf = (one: Simulated) =>
  db.sql<Row>(
    `select d.id, d.voucher_id, d.phase, d.document_type,
            (select j.run_at from graphile_worker._private_jobs j where j.key = 'deliver:' || d.id) as job
       from deliveries d where d.mandant_id = $1 order by d.run, d.id`,
    [one.mandantId],
  );
const receiptsOf = (one: Simulated) =>
  db.sql<{ documentType: string; name: string }>(
    `select body->>'documentType' as "documentType", body->>'fileNameSent' as name from receipts where mandant_id = $1`,
    [one.mandantId],
  );
const arrivedAt = (one: Simulated) =>
  sandbox.control
    .arrived({ clientId: one.clientId })
    .map(({ documentType, files }) => ({ documentType, name: files[0]?.name }));
const setupOf = async (one: Simulated) => {
  const [row] = await db.sql<{ setup: string; setup_blocking: boolean }>(
    'select setup, setup_blocking from connections where mandant_id = $1 and id = $2',
    [one.mandantId, one.connectionId],
  );
  return row;
};

/** A process whose call to DATEV of this kind is answered at once; the answer arrives only after `meanwhile`. */
function answeredLate(isIt: (request: Request) => boolean, meanwhile: () => Promise<unknown>): Services {
  let done = false;
  return {
    ...services,
    fetch: async (request) => {
      const late = isIt(request) && !done;
      if (late) done = true;
      const answer = await services.fetch(request);
      if (late) await meanwhile();
      return answer;
    },
  };
}
const isUpload = (request: Request) => request.method === 'PUT';
const isClientRead = (request: Request) => request.method === 'GET' && /\/clients\/\d+-\d+$/.test(request.url);

async function renewed(one: Simulated): Promise<void> {
  services.clock.forward(second);
  const { url } = await renew(ctx(), one);
  const { location } = await completeSignIn(ctx(), await signInAtDatev(sandbox, url));
  expect(location).toContain('datev=ok');
}
const run = (one: Simulated, id: Id, process: Services = services) =>
  deliver(process, settings, { mandantId: one.mandantId, deliveryId: id });

const refuseOnce = (one: Simulated, operation: 'documents.put' | 'documents.clients.get') =>
  sandbox.control.addFault({ operation, clientId: one.clientId, effect: { kind: 'status', status: 403 }, times: 1 });

describe('what an answer says of the connection', () => {
  it('is out of date where another person has given a new consent meanwhile: nobody would test again', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    refuseOnce(one, 'documents.put');
    await run(
      one,
      row?.id ?? '',
      answeredLate(isUpload, () => renewed(one)),
    );
    expect(await setupOf(one)).toEqual({ setup: 'ready', setup_blocking: false });
    expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['arrived']);
  });

  it('is out of date where a test has found all in order meanwhile; the voucher goes again at once', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    refuseOnce(one, 'documents.put');
    const tested = async () => {
      services.clock.forward(second);
      await testConnection(ctx(), one);
    };
    await run(one, row?.id ?? '', answeredLate(isUpload, tested));
    expect(await setupOf(one)).toEqual({ setup: 'ready', setup_blocking: false });
    expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['arrived']);
  });

  it('holds it all the same where DATEV says so again', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    sandbox.control.setClient(one.clientId, { belegfreigabe: true });
    await run(
      one,
      row?.id ?? '',
      answeredLate(isUpload, () => renewed(one)),
    );
    expect(await setupOf(one)).toEqual({ setup: 'findings', setup_blocking: true });
    expect((await rowsOf(one)).map(({ phase }) => phase)).toEqual(['waiting']);
  });

  it('by a check is out of date where another check with a new consent has ended meanwhile', async () => {
    const one = await connected(1);
    refuseOnce(one, 'documents.clients.get');
    const process = answeredLate(isClientRead, () => renewed(one));
    await checkConnection(process, settings, { ...one, force: true });
    expect(await setupOf(one)).toEqual({ setup: 'ready', setup_blocking: false });
  });

  it('by a check does not take away what an upload has found meanwhile', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    await db.sql('update connections set checked_at = $2 where mandant_id = $1', [one.mandantId, services.now()]);
    sandbox.control.setClient(one.clientId, { belegfreigabe: true });
    const process = answeredLate(isClientRead, async () => {
      // As fresh as it was when that check began, for a worker that has looked before.
      await db.sql('update connections set checked_at = $2 where mandant_id = $1', [one.mandantId, services.now()]);
      await run(one, row?.id ?? '');
    });
    services.clock.forward(11 * minute);
    const check = await checkConnection(process, settings, { ...one, force: false });
    expect(check).toEqual({ kind: 'blocked' });
    expect(await setupOf(one)).toEqual({ setup: 'findings', setup_blocking: true });
  });
});

describe('a Belegtyp that a person changes during an upload', () => {
  const changed = async (effect: Parameters<typeof sandbox.control.addFault>[0]['effect']) => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    sandbox.control.addFault({ operation: 'documents.put', clientId: one.clientId, effect, times: 1 });
    const change = { mandantId: one.mandantId, voucherId: row?.voucher_id ?? '', documentType: 'Kasse' };
    const process = answeredLate(isUpload, () => changeVoucher(ctx(), change));
    await run(one, row?.id ?? '', process);
    await run(one, row?.id ?? '');
    return one;
  };

  it('goes out with the next one where DATEV has certainly not taken it', async () => {
    const one = await changed({ kind: 'status', status: 503 });
    expect(arrivedAt(one)).toMatchObject([{ documentType: 'Kasse' }]);
    expect(await receiptsOf(one)).toEqual(arrivedAt(one));
  });

  it('does not where it may be there with the former one', async () => {
    const one = await changed({ kind: 'cut', when: 'after' });
    expect(arrivedAt(one)).toMatchObject([{ documentType: 'Rechnungseingang' }]);
    expect(await receiptsOf(one)).toEqual(arrivedAt(one));
  });
});

describe('a receipt', () => {
  it('of a GUID that was there already says what was sent before, whatever was decided since', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    const id = row?.id ?? '';
    sandbox.control.addFault({
      operation: 'documents.put',
      clientId: one.clientId,
      effect: { kind: 'cut', when: 'after' },
      times: 1,
    });
    await run(one, id);
    sandbox.control.setClient(one.clientId, { documentTypes: [{ name: 'Kasse', category: 'other_documents' }] });
    services.clock.forward(11 * minute);
    await run(one, id);
    const decision = { decision: 'sendAnyway', documentType: 'Kasse' } as const;
    await decide(ctx(), { mandantId: one.mandantId, deliveryId: id, ...decision });
    await run(one, id);
    expect(arrivedAt(one)).toMatchObject([{ documentType: 'Rechnungseingang' }]);
    expect(await receiptsOf(one)).toEqual(arrivedAt(one));
  });

  it('of an answer that comes late says what that attempt sent, whatever was decided since', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    const id = row?.id ?? '';
    const decided = async () => {
      services.clock.forward(sendingLeaseMs + second);
      const unknown = { kind: 'error', code: 'DCO01010' } as const;
      sandbox.control.addFault({ operation: 'documents.put', clientId: one.clientId, effect: unknown, times: 1 });
      await run(one, id);
      const decision = { decision: 'sendAnyway', documentType: 'Kasse' } as const;
      await decide(ctx(), { mandantId: one.mandantId, deliveryId: id, ...decision });
    };
    await run(one, id, answeredLate(isUpload, decided));
    expect(arrivedAt(one)).toMatchObject([{ documentType: 'Rechnungseingang' }]);
    expect(await receiptsOf(one)).toEqual(arrivedAt(one));
  });
});

describe('a DATEV-Freigabe that runs out', () => {
  it('is told to who gave it by the first voucher that finds it so', async () => {
    const one = await connected(1);
    const [row] = await rowsOf(one);
    await db.sql('update grants set refresh_expires_at = $2 where mandant_id = $1', [one.mandantId, services.now()]);
    services.clock.forward(20 * minute);
    expect(await run(one, row?.id ?? '')).toBe('held');
    expect(await db.sql('select state, lost_reason from grants where mandant_id = $1', [one.mandantId])).toEqual([
      { state: 'lost', lost_reason: 'expired' },
    ]);
    expect(await db.sql("select recipient from mails where kind = 'authorisationLost'")).toHaveLength(1);
  });
});
