import { TOTP } from 'otpauth';
import { createSoftAuthenticator } from '../../src/modules/people/testAuthenticator.ts';
import type { Request } from '../testServer.ts';
import { f, fresh, get, type Line, patch, post, remove } from './line.ts';
import { type PersonName, password, type World } from './world.ts';

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

export const peopleLines: Readonly<Record<string, Line>> = {
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
};
