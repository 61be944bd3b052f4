import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createDiscoveryCache } from '../src/login/loginServer.ts';
import type { DatevRuntime } from '../src/runtime.ts';
import type { DatevOnlineSettings } from '../src/settings.ts';

export const settings: DatevOnlineSettings = {
  issuer: 'https://login.test/openid',
  accountingClientsUrl: 'https://clients.test/platform/v2',
  accountingDocumentsUrl: 'https://documents.test/platform/v2',
  connectedAppsUrl: 'https://apps.test/tokrevui',
  clientId: 'app-1',
  clientSecret: 's3cret:with/odd+chars',
  redirectUri: 'https://hub.test/datev/callback',
};

export const NOW = Date.parse('2026-03-02T08:00:00Z');

/** A runtime over one handler, with a standing clock and countable "randomness". */
export function runtimeOver(
  handler: (request: Request) => Promise<Response> | Response,
  now = () => NOW,
): DatevRuntime {
  let counter = 0;
  return {
    fetch: async (request) => handler(request),
    now,
    randomBytes: (length) => createHash('sha512').update(`${counter++}`).digest().subarray(0, length),
    discoveryCache: createDiscoveryCache(),
  };
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export function idToken(claims: Record<string, unknown>, key: KeyObject = privateKey): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(NOW / 1000);
  const standard = { iss: settings.issuer, aud: settings.clientId, sub: 'person-1', iat: seconds, exp: seconds + 300 };
  const content = `${encode({ alg: 'RS256', kid: 'k1' })}.${encode({ ...standard, ...claims })}`;
  return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
}

export function foreignKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

interface LoginCall {
  readonly path: string;
  readonly authorization: string | null;
  readonly form: Record<string, string>;
}

/** A login server of a few lines: the endpoints of cloud.md A.1 with answers given by the test. */
export function loginServer(answers: {
  token?: (form: Record<string, string>) => Response;
  revoke?: (form: Record<string, string>) => Response;
  userinfo?: (request: Request) => Response;
  discovery?: () => Response;
}) {
  const calls: LoginCall[] = [];
  const at = (path: string) => `https://api.test${path}`;
  const handler = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const form = request.method === 'POST' ? Object.fromEntries(new URLSearchParams(await request.text())) : {};
    calls.push({ path, form, authorization: request.headers.get('authorization') });
    switch (path) {
      case '/openid/.well-known/openid-configuration':
        return (
          answers.discovery?.() ??
          Response.json({
            issuer: settings.issuer,
            authorization_endpoint: 'https://login.test/openid/authorize',
            token_endpoint: at('/token'),
            revocation_endpoint: at('/revoke'),
            userinfo_endpoint: at('/userinfo'),
            jwks_uri: at('/certs'),
          })
        );
      case '/certs':
        return Response.json({
          keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }],
        });
      case '/token':
        return answers.token?.(form) ?? new Response(null, { status: 500 });
      case '/revoke':
        return answers.revoke?.(form) ?? new Response(null, { status: 200 });
      case '/userinfo':
        return answers.userinfo?.(request) ?? new Response(null, { status: 500 });
      default:
        return new Response(null, { status: 404 });
    }
  };
  return { handler, calls };
}
