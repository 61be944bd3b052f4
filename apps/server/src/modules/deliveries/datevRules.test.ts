import type { createSandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOutInstance, layOutMandant, layOutVouchers, type Simulated } from '../../../simulate/layOut.ts';
import { datevSettings, simulatedDatev } from '../../../simulate/world.ts';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, minute, type TestServices } from '../../testServices.ts';
import { deliver } from './index.ts';

/** DATEV's requirements of forwarding (docs/datev-requirements.md), against its sandbox. */
const settings = { ...datevSettings, allowInsecure: false };
let db: TestDatabase;
let services: TestServices;
let sandbox: ReturnType<typeof createSandbox>;
let userId: Id;
let nextNumber = 0;
/** Uploads as they leave the house, each with what the database says about it at that moment. */
const uploads: { guid: string; stored: { guid: string; phase: string } | undefined }[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db, { fetch: watched });
  sandbox = simulatedDatev({
    seed: 'rules',
    mandanten: 10,
    clock: () => services.now().getTime(),
    switches: {},
    onArrived: () => {},
  });
  userId = await layOutInstance(db, services);
});
afterAll(() => db.close());

async function watched(request: Request): Promise<Response> {
  if (request.method === 'PUT') {
    const guid = request.url.slice(-36);
    const [stored] = await db.sql<{ guid: string; phase: string }>(
      'select guid, phase from deliveries where guid = $1',
      [guid],
    );
    uploads.push({ guid, stored });
  }
  return sandbox.fetch(request);
}

type Due = { id: Id; guid: string; phase: string; runAt: Date | null };

const dueOf = (one: Simulated) =>
  db.sql<Due>(
    `select d.id, d.guid, d.phase, (select j.run_at from graphile_worker._private_jobs j where j.key = 'deliver:' || d.id) as "runAt"
       from deliveries d where d.mandant_id = $1 order by d.id`,
    [one.mandantId],
  );

async function connected(vouchers: number): Promise<Simulated> {
  const one = await layOutMandant(db, services, sandbox, userId, ++nextNumber);
  await layOutVouchers(services, one.mandantId, userId, vouchers);
  uploads.length = 0;
  return one;
}

/** As one worker does it that has its jobs one after the other. */
async function deliverAll(one: Simulated): Promise<string[]> {
  const results: string[] = [];
  for (const { id } of await dueOf(one))
    results.push(await deliver(services, settings, { mandantId: one.mandantId, deliveryId: id }));
  return results;
}

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
