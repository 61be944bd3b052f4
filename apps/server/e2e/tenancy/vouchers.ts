import { randomUUID } from 'node:crypto';
import { sealPending } from '../../src/history/index.ts';
import { deliver } from '../../src/modules/deliveries/index.ts';
import { readDatevSettings } from '../../src/modules/instance/index.ts';
import { pdfOf } from '../../src/modules/vouchers/testVouchers.ts';
import type { Request } from '../testServer.ts';
import { get, type Line, m, patch, post } from './line.ts';
import { connectAtDatev, type World } from './world.ts';

async function arrivedAtDatev(world: World): Promise<string> {
  await connectAtDatev(world);
  const { services } = world.server;
  const { voucher } = await world.call<{ voucher: { id: string } }>('own', handIn(world));
  const [row] = await world.db.sql<{ id: string }>('select id from deliveries where voucher_id = $1', [voucher.id]);
  const settings = await services.withTenant({ as: 'job', mandantId: world.mandantId }, (tx) =>
    readDatevSettings(tx, services),
  );
  const deliveryId = row?.id ?? '';
  await deliver(services, settings, { mandantId: world.mandantId, deliveryId });
  while ((await sealPending({ tenancy: services, key: services.signingKey, now: services.now })) > 0);
  return deliveryId;
}

function handIn(world: World): Request {
  return {
    method: 'POST',
    path: m(world, `/vouchers?name=Rechnung.pdf&uploadId=${randomUUID()}`),
    bytes: pdfOf(`Neu ${randomUUID()}`),
  };
}

export const vouchersLines: Readonly<Record<string, Line>> = {
  'vouchers.handIn': { request: handIn },
  'vouchers.handInRules': { request: (world) => get(m(world, '/hand-in')) },
  'vouchers.findDuplicates': {
    request: (world) => post(m(world, '/vouchers/duplicates'), { sha256: [world.ids.sha256] }),
  },
  'vouchers.list': { request: (world) => get(m(world, '/vouchers')) },
  'vouchers.counts': { request: (world) => get(m(world, '/vouchers/counts')) },
  'vouchers.get': { request: (world) => get(m(world, `/vouchers/${world.ids.delivered}`)) },
  'vouchers.content': { request: (world) => get(m(world, `/vouchers/${world.ids.delivered}/content`)) },
  'vouchers.change': {
    request: (world) => patch(m(world, `/vouchers/${world.ids.delivered}`), { note: 'geprüft' }),
  },
  'vouchers.send': {
    alone: true,
    request: (world) => post(m(world, '/vouchers/send'), { voucherIds: [world.ids.received, world.ids.failed] }),
  },
  'vouchers.sendAgain': {
    alone: true,
    request: (world) => post(m(world, `/vouchers/${world.ids.delivered}/send-again`), { reason: 'in DATEV gelöscht' }),
  },
  'vouchers.decide': {
    alone: true,
    request: (world) =>
      post(m(world, `/deliveries/${world.ids.deliveryInQuestion}/decision`), { decision: 'confirmThere' }),
  },
  'vouchers.receipt': {
    alone: true,
    request: async (world) => get(m(world, `/deliveries/${await arrivedAtDatev(world)}/receipt`)),
  },
};
