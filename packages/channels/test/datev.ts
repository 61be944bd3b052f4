import {
  createDiscoveryCache,
  type DatevOnlineSettings,
  type DatevRuntime,
  redeemCode,
  startAuthorization,
} from '@bruecke/datev-online';
import {
  createSandbox,
  type Right,
  type SandboxClient,
  type Switches,
  sandboxClient,
  sandboxSettings,
} from '@bruecke/datev-sandbox';
import type { ChannelSession } from '../src/vouchers-to-duo/channel.ts';

export const dataset = { consultantNumber: 29098, mandantNumber: 101 };
export const clientId = '29098-101';

const settings: DatevOnlineSettings = {
  ...sandboxSettings(),
  clientId: 'hub-app',
  clientSecret: 'hub-secret',
  redirectUri: 'https://hub.example/datev/callback',
  allowInsecure: true,
};

/** A sandbox with one Mandant, and a long-term sign-in for it. */
export async function connectedMandant(
  given: { client?: Partial<SandboxClient>; rights?: Right[]; switches?: Partial<Switches> } = {},
) {
  const sandbox = createSandbox({
    seed: 7,
    clock: () => Date.parse('2026-03-02T08:00:00Z'),
    world: {
      apps: [
        {
          clientId: settings.clientId,
          clientSecret: settings.clientSecret,
          name: 'Hub',
          redirectUris: [settings.redirectUri],
          scopes: ['openid', 'profile', 'offline_access', 'accounting:clients:read', 'accounting:documents'],
        },
      ],
      clients: [sandboxClient({ consultantNumber: 29098, clientNumber: 101, name: 'Muster GmbH', ...given.client })],
      people: [
        {
          id: 'anja',
          givenName: 'Anja',
          familyName: 'Köhler',
          email: 'anja@example.org',
          media: ['SmartLogin'],
          access: { [clientId]: given.rights ?? ['documents'] },
        },
      ],
    },
    ...(given.switches === undefined ? {} : { switches: given.switches }),
  });
  let byte = 0;
  const runtime: DatevRuntime = {
    fetch: (request) => sandbox.fetch(request),
    now: () => sandbox.control.now(),
    randomBytes: (length) => new Uint8Array(length).map(() => byte++ % 251),
    discoveryCache: createDiscoveryCache(),
  };
  const started = await startAuthorization(settings, runtime, { mode: 'longTerm', clientId });
  if (!started.ok) throw new Error(started.failure.kind);
  const callback = new URL(await sandbox.control.signIn(started.value.url, { person: 'anja', medium: 'SmartLogin' }));
  const signIn = await redeemCode(settings, runtime, { ...started.value, callback, mode: 'longTerm', clientId });
  if (!signIn.ok) throw new Error(signIn.failure.kind);
  const session: ChannelSession = { settings, runtime, accessToken: signIn.value.tokens.accessToken };
  return { sandbox, session };
}
