import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ConnectionFile, signingPurposes } from '@bruecke/contract';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { TOTP } from 'otpauth';
import { sealPending } from '../src/history/index.ts';
import { layClient } from '../src/modules/connectors/testLink.ts';
import { deliver } from '../src/modules/deliveries/index.ts';
import { readDatevSettings } from '../src/modules/instance/index.ts';
import { createSoftAuthenticator } from '../src/modules/people/testAuthenticator.ts';
import { pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import {
  backFrom,
  chosenDataset,
  connectAtDatev,
  mandantName,
  type PersonName,
  password,
  signInAtDatev,
  type World,
} from './tenancyWorld.ts';
import { createTestConnector, type TestConnector } from './testConnector.ts';
import type { Request } from './testServer.ts';

/**
 * One line per endpoint: the request that gives 2xx for `own`, made ready on populated data. The expected answers of everybody else
 * come from the contract; only for endpoints that any signed-in person may call does the line say what the request is about:
 * `self`: one's own account, so everybody gets 2xx for their own · `target`: something of `own`, so the others get what a
 * non-existent one gets · `link`: whoever holds the link may.
 */
export type Line = {
  readonly by?: PersonName | null;
  readonly about?: 'self' | 'target' | 'link';
  readonly request: (world: World, by: PersonName) => Request | Promise<Request>;
  /** Nothing of it can be asked twice or by two: a world of its own. */
  readonly alone?: true;
};

const get = (path: string): Request => ({ method: 'GET', path });
const post = (path: string, body?: unknown): Request => ({
  method: 'POST',
  path,
  ...(body === undefined ? {} : { body }),
});
const put = (path: string, body: unknown): Request => ({ method: 'PUT', path, body });
const patch = (path: string, body: unknown): Request => ({ method: 'PATCH', path, body });
const remove = (path: string): Request => ({ method: 'DELETE', path });

const m = (world: World, rest = ''): string => `/mandanten/${world.mandantId}${rest}`;
const f = (world: World, rest = ''): string => `/firms/${world.firmId}${rest}`;
const fresh = (): string => `${randomUUID()}@example.com`;
const webauthn = () => createSoftAuthenticator('bruecke.example', 'https://bruecke.example');

/** Switches the second factor on and gives the next codes; each step of time is good once, so the clock moves. */
async function withTotp(world: World, by: PersonName): Promise<() => string> {
  const { secret } = await world.call<{ secret: string }>(by, post('/me/totp'));
  const totp = new TOTP({ secret });
  const code = () => {
    world.server.services.clock.forward(30_000);
    return totp.generate({ timestamp: world.server.services.now().getTime() });
  };
  await world.call(by, post('/me/totp/confirm', { code: code() }));
  return code;
}

/** The figures that lie there get a binding again that feeds them. */
async function feedFigures({ db, server, mandantId }: World): Promise<void> {
  await db.sql(
    "update connections set severed_at = null, switched_on = true, switched_at = $2 where mandant_id = $1 and channel = 'datevconnect'",
    [mandantId, server.services.now()],
  );
}

async function withPasskey(world: World, by: PersonName) {
  const device = webauthn();
  const request = await newPasskey(world, by, device);
  const passkey = await world.call<{ id: string }>(by, request);
  return { device, passkey };
}

async function newPasskey(world: World, by: PersonName, device = webauthn()): Promise<Request> {
  const begun = await world.call<{ challengeId: string; options: { challenge: string } }>(
    by,
    post('/me/passkeys/options'),
  );
  return post('/me/passkeys', {
    challengeId: begun.challengeId,
    name: 'Telefon',
    response: device.register(begun.options.challenge),
  });
}

async function invitedToFirm(world: World): Promise<string> {
  const email = fresh();
  await world.call(
    'firmAdmin',
    post(f(world, '/staff/invitations'), { email, role: 'user', mayManageConnections: false }),
  );
  return world.linkTo(email);
}

/** Ends the Kanzleiverbindung and invites `otherFirm`, up to where its admin could accept. */
async function invitedFirm(world: World): Promise<{ invitationId: string; token: string }> {
  await world.call('own', post(m(world, '/engagement/cut'), { mandantName }));
  const email = fresh();
  const { id } = await world.call<{ id: string }>(
    'own',
    post(m(world, '/engagement/invitations'), { email, accessFrom: '2026-01-01' }),
  );
  return { invitationId: id, token: await world.linkTo(email) };
}

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

export const lines: Readonly<Record<string, Line>> = {
  'auth.signIn': {
    by: null,
    request: (world) => post('/auth/sign-in', { email: world.people.own.email, password }),
  },
  'auth.secondFactor': {
    by: null,
    alone: true,
    request: async (world) => {
      const code = await withTotp(world, 'own');
      const body = JSON.stringify({ email: world.people.own.email, password });
      const response = await fetch(`${world.server.url}/api/v1/auth/sign-in`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return { ...post('/auth/second-factor', { code: code() }), headers: { cookie } };
    },
  },
  'auth.passkeyOptions': { by: null, request: () => post('/auth/passkey/options') },
  'auth.passkeySignIn': {
    by: null,
    alone: true,
    request: async (world) => {
      const { device } = await withPasskey(world, 'own');
      const begun = await world.call<{ challengeId: string; options: { challenge: string } }>(
        null,
        post('/auth/passkey/options'),
      );
      return post('/auth/passkey/sign-in', {
        challengeId: begun.challengeId,
        response: device.answer(begun.options.challenge),
      });
    },
  },
  'auth.signOut': { about: 'self', alone: true, request: () => post('/auth/sign-out') },
  'auth.confirm': { about: 'self', request: () => post('/auth/confirm', { password }) },
  'auth.me': { about: 'self', request: () => get('/auth/me') },
  'auth.requestPasswordReset': {
    by: null,
    request: (world) => post('/auth/password-reset', { email: world.people.own.email }),
  },
  'auth.completePasswordReset': {
    by: null,
    alone: true,
    request: async (world) => {
      const { email } = world.people.own;
      await world.call(null, post('/auth/password-reset', { email }));
      return post('/auth/password-reset/complete', {
        token: await world.linkTo(email),
        password: 'Vier Fähren ohne Ufer',
      });
    },
  },
  'auth.lookUpInvitation': {
    by: null,
    request: async (world) => post('/auth/invitations/look-up', { token: await invitedToFirm(world) }),
  },
  'auth.acceptInvitation': {
    by: null,
    request: async (world) =>
      post('/auth/invitations/accept', {
        token: await invitedToFirm(world),
        name: 'Neu Hier',
        password,
        language: 'de',
      }),
  },
  'auth.joinWithAccount': {
    about: 'link',
    alone: true,
    request: async (world) => {
      const { email } = world.people.own;
      await world.call(
        'firmAdmin',
        post(f(world, '/staff/invitations'), { email, role: 'user', mayManageConnections: false }),
      );
      return post('/auth/invitations/join', { token: await world.linkTo(email) });
    },
  },
  // Only while there is no firm at all: asked on an empty database of its own (tenancy.test.ts).
  'auth.completeSetup': { by: null, request: () => Promise.reject(new Error('has a database of its own')) },

  'profile.get': { about: 'self', request: () => get('/me/profile') },
  'profile.change': { about: 'self', request: () => patch('/me/profile', { language: 'en' }) },
  'profile.changePassword': {
    about: 'self',
    alone: true,
    request: () => post('/me/password', { password: 'Fünf Möwen im Regen' }),
  },
  'profile.endSession': {
    about: 'target',
    alone: true,
    request: async (world) => {
      const other = await world.server.signIn(world.people.own);
      return remove(`/me/sessions/${other.sessionId}`);
    },
  },
  'profile.startTotp': { about: 'self', request: () => post('/me/totp') },
  'profile.confirmTotp': {
    about: 'self',
    alone: true,
    request: async (world, by) => {
      const { secret } = await world.call<{ secret: string }>(by, post('/me/totp'));
      const timestamp = world.server.services.now().getTime();
      return post('/me/totp/confirm', { code: new TOTP({ secret }).generate({ timestamp }) });
    },
  },
  'profile.removeTotp': {
    about: 'self',
    alone: true,
    request: async (world, by) => {
      await withTotp(world, by);
      return remove('/me/totp');
    },
  },
  'profile.newRecoveryCodes': {
    about: 'self',
    alone: true,
    request: async (world, by) => {
      await withTotp(world, by);
      return post('/me/recovery-codes');
    },
  },
  'profile.passkeyOptions': { about: 'self', request: () => post('/me/passkeys/options') },
  'profile.addPasskey': { about: 'self', request: (world, by) => newPasskey(world, by) },
  'profile.removePasskey': {
    about: 'target',
    alone: true,
    request: async (world) => remove(`/me/passkeys/${(await withPasskey(world, 'own')).passkey.id}`),
  },
  'profile.createApiKey': {
    about: 'target',
    request: (world) => post('/me/api-keys', { name: 'Skript', mandantId: world.mandantId, rights: ['read'] }),
  },
  'profile.revokeApiKey': {
    about: 'target',
    alone: true,
    request: async (world) => {
      const body = { name: 'Skript', mandantId: world.mandantId, rights: ['read'] };
      const { apiKey } = await world.call<{ apiKey: { id: string } }>('own', post('/me/api-keys', body));
      return remove(`/me/api-keys/${apiKey.id}`);
    },
  },

  'firms.get': { by: 'firmAdmin', request: (world) => get(f(world)) },
  'firms.change': { by: 'firmAdmin', request: (world) => patch(f(world), { name: 'Kanzlei Anders' }) },
  'firms.listStaff': { by: 'firmAdmin', request: (world) => get(f(world, '/staff')) },
  'firms.inviteStaff': {
    by: 'firmAdmin',
    request: (world) =>
      post(f(world, '/staff/invitations'), { email: fresh(), role: 'user', mayManageConnections: false }),
  },
  'firms.revokeStaffInvitation': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => remove(f(world, `/staff/invitations/${world.ids.staffInvitation}`)),
  },
  'firms.changeStaff': {
    by: 'firmAdmin',
    request: (world) => patch(f(world, `/staff/${world.ids.leaverOfFirm}`), { mayManageConnections: true }),
  },
  'firms.removeStaff': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => remove(f(world, `/staff/${world.ids.leaverOfFirm}`)),
  },
  'firms.listMandanten': { by: 'firmAdmin', request: (world) => get(f(world, '/mandanten')) },
  'firms.createMandant': {
    by: 'firmAdmin',
    alone: true,
    request: (world) => post(f(world, '/mandanten'), { name: 'Neu GmbH', mandantNumber: 777 }),
  },
  'firms.acceptEngagement': {
    by: 'firmAdmin',
    alone: true,
    request: async (world) => {
      const { token } = await invitedFirm(world);
      return post(f(world, '/engagement-invitations/accept'), { token, mandantNumber: 778 });
    },
  },
  'firms.history': { by: 'firmAdmin', request: (world) => get(f(world, '/history')) },

  'mandanten.list': { about: 'self', request: () => get('/mandanten') },
  'mandanten.get': { request: (world) => get(m(world)) },
  'mandanten.change': { request: (world) => patch(m(world), { name: 'Anders GmbH' }), alone: true },
  'mandanten.overview': { request: (world) => get(m(world, '/overview')) },
  'mandanten.restrict': { request: (world) => put(m(world, '/restriction'), { userId: null }) },
  'mandanten.listAssignments': { request: (world) => get(m(world, '/assignments')) },
  'mandanten.setAssignments': {
    alone: true,
    request: (world) =>
      put(m(world, '/assignments'), { assignments: [{ userId: world.ids.leaverOfFirm, function: 'lead' }] }),
  },
  'mandanten.listMembers': { request: (world) => get(m(world, '/members')) },
  'mandanten.inviteMember': {
    request: (world) => post(m(world, '/members/invitations'), { email: fresh(), role: 'user', rights: ['read'] }),
  },
  'mandanten.revokeMemberInvitation': {
    alone: true,
    request: (world) => remove(m(world, `/members/invitations/${world.ids.memberInvitation}`)),
  },
  'mandanten.changeMember': {
    request: (world) => patch(m(world, `/members/${world.ids.leaverOfMandant}`), { rights: ['read', 'handIn'] }),
  },
  'mandanten.removeMember': {
    alone: true,
    request: (world) => remove(m(world, `/members/${world.ids.leaverOfMandant}`)),
  },
  'mandanten.history': { request: (world) => get(m(world, '/history')) },

  'engagement.get': { request: (world) => get(m(world, '/engagement')) },
  'engagement.previewCut': { request: (world) => get(m(world, '/engagement/cut')) },
  'engagement.cut': { alone: true, request: (world) => post(m(world, '/engagement/cut'), { mandantName }) },
  'engagement.inviteFirm': {
    alone: true,
    request: async (world) => {
      await world.call('own', post(m(world, '/engagement/cut'), { mandantName }));
      return post(m(world, '/engagement/invitations'), { email: fresh(), accessFrom: '2026-01-01' });
    },
  },
  'engagement.withdrawInvitation': {
    alone: true,
    request: async (world) => remove(m(world, `/engagement/invitations/${(await invitedFirm(world)).invitationId}`)),
  },
  'engagement.confirm': {
    alone: true,
    request: async (world) => {
      const { invitationId, token } = await invitedFirm(world);
      const { checkCode } = await world.call<{ checkCode: string }>(
        'firmAdmin',
        post(f(world, '/engagement-invitations/accept'), { token, mandantNumber: 779 }),
      );
      return post(m(world, `/engagement/invitations/${invitationId}/confirm`), { checkCode });
    },
  },

  'connections.page': { request: (world) => get(m(world, '/connections')) },
  'connections.startSignIn': { request: (world) => post(m(world, '/datev-sign-in'), {}) },
  'connections.callback': {
    about: 'target',
    alone: true,
    request: async (world) => {
      const { url } = await world.call<{ url: string }>('own', post(m(world, '/datev-sign-in'), {}));
      return get(await backFrom(world, url));
    },
  },
  'connections.getSignIn': {
    request: async (world) => get(m(world, `/datev-sign-in/${(await signInAtDatev(world)).flowId}`)),
    alone: true,
  },
  'connections.chooseDataset': {
    alone: true,
    request: async (world) => {
      const { flowId } = await signInAtDatev(world);
      return chosenDataset(world, flowId);
    },
  },
  'connections.abandonSignIn': {
    alone: true,
    request: async (world) => remove(m(world, `/datev-sign-in/${(await signInAtDatev(world)).flowId}`)),
  },
  'connections.switch': {
    alone: true,
    request: (world) => post(m(world, `/connections/${world.ids.connectionId}/switch`), { on: false }),
  },
  'connections.test': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/test`)),
  },
  'connections.renew': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/renew`)),
  },
  'connections.endAuthorisation': {
    alone: true,
    request: async (world) => post(m(world, `/connections/${await connectAtDatev(world)}/end-authorisation`)),
  },

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

  'figures.state': { request: (world) => get(m(world, '/figures/state')) },
  'figures.refresh': {
    alone: true,
    request: async (world) => {
      await feedFigures(world);
      return post(m(world, '/figures/refresh'));
    },
  },
  'figures.changeSettings': { request: (world) => patch(m(world, '/figures/settings'), { wholeEveryDays: 5 }) },
  'figures.years': { request: (world) => get(m(world, '/figures/years')) },
  'figures.bwa': { request: (world) => get(m(world, '/figures/years/1/bwa')) },
  'figures.sums': { request: (world) => get(m(world, '/figures/years/1/accounts')) },
  'figures.account': { request: (world) => get(m(world, '/figures/years/1/accounts/84000000')) },
  'figures.journal': { request: (world) => get(m(world, '/figures/years/1/postings?text=rechnung')) },
  'figures.openItems': { request: (world) => get(m(world, '/figures/years/1/open-items?side=receivable')) },
  'figures.charts': { request: (world) => get(m(world, '/figures/years/1/charts')) },
  'figures.postingsOfVoucher': { request: (world) => get(m(world, `/vouchers/${world.ids.delivered}/postings`)) },
  'figures.exportBwa': { request: (world) => get(m(world, '/figures/years/1/bwa/file?format=csv')) },
  'figures.exportSums': { request: (world) => get(m(world, '/figures/years/1/accounts/file?format=csv')) },
  'figures.exportAccount': { request: (world) => get(m(world, '/figures/years/1/accounts/84000000/file?format=csv')) },
  'figures.exportJournal': { request: (world) => get(m(world, '/figures/years/1/postings/file?format=csv')) },
  'figures.exportOpenItems': {
    request: (world) => get(m(world, '/figures/years/1/open-items/file?side=receivable&format=csv')),
  },

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

  'operator.status': { by: 'operator', request: () => get('/operator/status') },
  'operator.getDatevSettings': { by: 'operator', request: () => get('/operator/datev-settings') },
  'operator.setDatevSettings': {
    by: 'operator',
    request: async (world) => {
      const { settings } = await world.call<{ settings: unknown }>('operator', get('/operator/datev-settings'));
      return put('/operator/datev-settings', { settings });
    },
  },
  'operator.technicalLog': { by: 'operator', request: () => get('/operator/technical-log') },
  'operator.mails': { by: 'operator', request: () => get('/operator/mails') },
  'operator.createFirm': {
    by: 'operator',
    request: () =>
      post('/operator/firms', {
        name: 'Neue Kanzlei',
        consultantNumber: 2_000_000 + Math.floor(Math.random() * 7_000_000),
        adminEmail: fresh(),
      }),
  },
  'operator.firms': { by: 'operator', request: () => get('/operator/firms') },
  'operator.history': { by: 'operator', request: () => get('/operator/history') },

  'instance.receiptKey': { by: null, request: () => get('/receipt-key') },
  'instance.liveOfMandant': { request: (world) => get(m(world, '/live')) },
  'instance.liveOfFirm': { by: 'firmAdmin', request: (world) => get(f(world, '/live')) },
};
