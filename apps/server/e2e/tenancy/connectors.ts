import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ConnectionFile, signingPurposes } from '@bruecke/contract';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { layClient } from '../../src/modules/connectors/testLink.ts';
import { createTestConnector, type TestConnector } from '../testConnector.ts';
import { f, get, type Line, m, post, put, remove } from './line.ts';
import { mandantName, type World } from './world.ts';

let connectors = 0;

const releasedClient = '7f2c1d1e-0000-4000-8000-0000000000aa';

const otherClient = '7f2c1d1e-0000-4000-8000-0000000000bb';

function createFile(world: World): Promise<ConnectionFile> {
  return world.call<ConnectionFile>('firmAdmin', post(f(world, '/connectors/files')));
}

async function pairedConnector(world: World): Promise<TestConnector> {
  connectors += 1;
  const connector = createTestConnector(world.server.url, { seed: (connectors % 250) + 1 });
  const { code } = await createFile(world);
  // More in a moment of the test's clock than one network may try.
  await world.db.sql("delete from rate_limits where key like 'pairFrom:%'");
  await connector.pair(code);
  return connector;
}

const ofConnector = (world: World, connector: TestConnector, rest = ''): string =>
  f(world, `/connectors/${connector.state.connectorId}${rest}`);

async function confirmedConnector(world: World): Promise<TestConnector> {
  const connector = await pairedConnector(world);
  const { fingerprint } = connector.state;
  await world.call('firmAdmin', post(ofConnector(world, connector, '/confirm'), { fingerprint }));
  return connector;
}

/** Two released clients: one with the Mandant's numbers, one with others. */
async function releasingConnector(world: World): Promise<TestConnector> {
  const connector = await confirmedConnector(world);
  const { connectorId } = connector.state;
  const of = { firmId: world.firmId, connectorId };
  const { services } = world.server;
  const { consultantNumber } = world;
  await layClient(world.db, services, of, {
    guid: releasedClient,
    name: mandantName,
    consultantNumber,
    mandantNumber: 101,
  });
  await layClient(world.db, services, of, {
    guid: otherClient,
    name: 'Andere GmbH',
    consultantNumber,
    mandantNumber: 9999,
  });
  await world.db.sql('update connectors set released = $2, clients_read_at = paired_at where id = $1', [
    connectorId,
    [releasedClient, otherClient],
  ]);
  return connector;
}

const binding = (connector: TestConnector, clientGuid: string, numbersConfirmed = false) => ({
  connectorId: connector.state.connectorId,
  clientGuid,
  numbersConfirmed,
});

async function boundMandant(world: World): Promise<TestConnector> {
  const connector = await releasingConnector(world);
  await world.call('firmAdmin', put(m(world, '/datevconnect/binding'), binding(connector, releasedClient)));
  return connector;
}

async function askedBinding(world: World): Promise<string> {
  const connector = await releasingConnector(world);
  const body = binding(connector, otherClient, true);
  const card = await world.call<{ request: { id: string } }>('firmAdmin', put(m(world, '/datevconnect/binding'), body));
  return card.request.id;
}

async function handedOut(world: World): Promise<{ connector: TestConnector; path: string }> {
  const connector = await confirmedConnector(world);
  const order = (await connector.orders()).find((one) => one.order.kind === 'listClients');
  if (!order) throw new Error('no order was handed out');
  return { connector, path: `/connector-link/orders/${order.id}` };
}

export const connectorsLines: Readonly<Record<string, Line>> = {
  'connectors.list': { by: 'firmAdmin', request: (world) => get(f(world, '/connectors')) },
  'connectors.createFile': { by: 'firmAdmin', request: (world) => post(f(world, '/connectors/files')) },
  'connectors.withdrawFile': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => remove(f(world, `/connectors/files/${world.ids.connectionFile}`)),
  },
  'connectors.confirm': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => {
      const connector = await pairedConnector(world);
      return post(ofConnector(world, connector, '/confirm'), { fingerprint: connector.state.fingerprint });
    },
  },
  'connectors.probe': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => post(ofConnector(world, await confirmedConnector(world), '/probe')),
  },
  'connectors.askKeyChange': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => post(ofConnector(world, await confirmedConnector(world), '/key-change')),
  },
  'connectors.revoke': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => post(ofConnector(world, await confirmedConnector(world), '/revoke')),
  },
  'connectors.remove': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => remove(ofConnector(world, await confirmedConnector(world))),
  },
  'connectors.listInstallers': { by: 'firmAdmin', request: (world) => get(f(world, '/connectors/installers')) },
  'connectors.downloadInstaller': {
    by: 'firmAdmin',
    request: (world) => get(f(world, '/connectors/installers/bruecke-connector.deb')),
  },

  'connectorLink.pair': {
    by: null,
    request: async (world) => {
      const { code } = await createFile(world);
      const publicKey = rawPublicKey(signingKeyFromSeed(Buffer.alloc(32, 200)).public);
      return post('/connector-link/pair', { code, publicKey, machine: 'SRV', os: 'Linux', version: '1.0.0' });
    },
  },
  'connectorLink.nonce': { by: null, request: () => post('/connector-link/nonce', { connectorId: randomUUID() }) },
  'connectorLink.poll': {
    by: null,
    alone: true,
    request: async (world) => {
      const connector = await confirmedConnector(world);
      return connector.prepare('/connector-link/poll', connector.beat());
    },
  },
  'connectorLink.changeKey': {
    by: null,
    alone: true,
    request: async (world) => {
      const connector = await confirmedConnector(world);
      await world.call('firmAdmin', post(ofConnector(world, connector, '/key-change')));
      const next = signingKeyFromSeed(Buffer.alloc(32, 201));
      const publicKey = rawPublicKey(next.public);
      const { connectorId } = connector.state;
      const proof = signFor(signingPurposes.connectorKey, { connectorId, publicKey }, next);
      return connector.prepare('/connector-link/key', { publicKey, proof });
    },
  },
  'connectorLink.update': {
    by: null,
    alone: true,
    request: async (world) => {
      const connector = await confirmedConnector(world);
      return connector.prepare('/connector-link/update', { version: '1.0.0', wanted: null });
    },
  },
  'connectorLink.part': {
    by: null,
    alone: true,
    request: async (world) => {
      const { connector, path } = await handedOut(world);
      const row = { row: 'client', guid: releasedClient, number: '10001', name: mandantName };
      return connector.prepare(`${path}/parts/1?attempt=1`, gzipSync(JSON.stringify(row)));
    },
  },
  'connectorLink.end': {
    by: null,
    alone: true,
    request: async (world) => {
      const { connector, path } = await handedOut(world);
      return connector.prepare(`${path}/end?attempt=1`, { ok: true, rows: 0, calls: 1 });
    },
  },

  'datevconnect.card': { request: (world) => get(m(world, '/datevconnect')) },
  'datevconnect.listClients': { by: 'firmAdmin', request: (world) => get(m(world, '/datevconnect/clients')) },
  'datevconnect.readClients': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => {
      await confirmedConnector(world);
      return post(m(world, '/datevconnect/clients/read'));
    },
  },
  'datevconnect.bind': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) =>
      put(m(world, '/datevconnect/binding'), binding(await releasingConnector(world), releasedClient)),
  },
  'datevconnect.confirmBinding': {
    by: 'namedAdmin',
    alone: true,
    request: async (world) => {
      const requestId = await askedBinding(world);
      return post(m(world, `/datevconnect/binding-requests/${requestId}/confirm`));
    },
  },
  'datevconnect.withdrawBinding': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => remove(m(world, `/datevconnect/binding-requests/${await askedBinding(world)}`)),
  },
  'datevconnect.switch': {
    alone: true,
    request: async (world) => {
      await boundMandant(world);
      return post(m(world, '/datevconnect/switch'), { on: false });
    },
  },
  'datevconnect.test': {
    alone: true,
    request: async (world) => {
      await boundMandant(world);
      return post(m(world, '/datevconnect/test'));
    },
  },
  'datevconnect.remove': {
    alone: true,
    request: async (world) => {
      await boundMandant(world);
      return remove(m(world, '/datevconnect/binding'));
    },
  },
};
