import { type Sandbox, type SandboxServer, sandboxClient, type World } from '@bruecke/datev-sandbox';
import type { RealServer, SignedIn } from './realServer.ts';

/** The dataset and the person that the end-to-end runs use. */
const consultantNumber = 1_234_567;
export const mandantNumber = 10_001;
const person = 'petra';
const app = { clientId: 'bruecke-probe', clientSecret: 'geheim-nur-fuer-proben' };

/** One app, one dataset, one person with the right to hand vouchers in. */
export function smallWorld(redirectUri: string): World {
  const client = sandboxClient({ consultantNumber, clientNumber: mandantNumber, name: 'Probe GmbH' });
  return {
    apps: [
      {
        ...app,
        name: 'Brücke',
        redirectUris: [redirectUri],
        scopes: [
          'openid',
          'profile',
          'email',
          'account_id',
          'offline_access',
          'accounting:clients:read',
          'accounting:documents',
          'datev:accounting:clients',
        ],
      },
    ],
    clients: [client],
    people: [
      {
        id: person,
        givenName: 'Petra',
        familyName: 'Probe',
        email: 'petra.probe@example.com',
        media: ['SmartLogin'],
        access: { [`${consultantNumber}-${mandantNumber}`]: ['documents'] },
      },
    ],
  };
}

export const redirectUriOf = (url: string) => `${url}/api/v1/datev/callback`;

/** Enters the sandbox as DATEV and goes the whole way of "Mit DATEV verbinden" as a browser would. Leaves forwarding switched on. */
export async function connectToDatev(
  server: RealServer,
  admin: SignedIn,
  mandantId: string,
  datev: { sandbox: Sandbox; address: SandboxServer },
): Promise<void> {
  const settings = { environment: 'other', ...datev.address.settings, clientId: app.clientId };
  await admin.call('PUT', '/operator/datev-settings', {
    settings: { ...settings, redirectUri: redirectUriOf(server.url) },
    clientSecret: app.clientSecret,
  });
  const base = `/mandanten/${mandantId}`;
  const signIn = async (address: string) => {
    const back = await datev.sandbox.control.signIn(address, { person, medium: 'SmartLogin' });
    const answer = await fetch(back, { headers: { cookie: admin.cookie }, redirect: 'manual' });
    if (answer.status !== 302) throw new Error(`return from DATEV: ${answer.status} ${await answer.text()}`);
  };
  const flow = await admin.call<{ flowId: string; url: string }>('POST', `${base}/datev-sign-in`, {});
  await signIn(flow.url);
  const { datasets } = await admin.call<{ datasets: { key: string; mandantNumber: number }[] }>(
    'GET',
    `${base}/datev-sign-in/${flow.flowId}`,
  );
  const key = datasets.find((dataset) => dataset.mandantNumber === mandantNumber)?.key;
  const chosen = await admin.call<{ url: string }>('POST', `${base}/datev-sign-in/${flow.flowId}/dataset`, { key });
  await signIn(chosen.url);
  const { connections } = await admin.call<{ connections: { id: string; state: string }[] }>(
    'GET',
    `${base}/connections`,
  );
  const connection = connections[0];
  if (!connection) throw new Error('the consent made no connection');
  await admin.call('POST', `${base}/connections/${connection.id}/switch`, { on: true });
  const { state } = await admin.call<{ state: string }>('POST', `${base}/connections/${connection.id}/test`);
  if (state !== 'active') throw new Error(`the connection is ${state}`);
}
