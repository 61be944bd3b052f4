import { calculatePKCECodeChallenge } from 'oauth4webapi';
import { type Answer, refusal } from '../failure.ts';
import type { DatevRuntime } from '../runtime.ts';
import { type DatevOnlineSettings, defaultScopes } from '../settings.ts';
import { discover, endpoint } from './discovery.ts';
import { guarded } from './library.ts';

/**
 * - `session`: while a person sits there; sees every client of that person; ends 11 hours after sign-in.
 * - `longTerm`: unattended; bound to exactly one client; at least two years (cloud.md A.5).
 */
export type TokenMode = 'session' | 'longTerm';

export type AuthorizationInput =
  | { readonly mode: 'session' }
  | {
      readonly mode: 'longTerm';
      /** Technical id `<Beraternummer>-<Mandantennummer>`. */
      readonly clientId: string;
    };

/** Where to send the person, and what to keep (secretly, for this browser) until it comes back. */
export interface StartedAuthorization {
  readonly url: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What makes a token last unattended and binds it to this one client (cloud.md A.5). */
export function bindingScopes(clientId: string): readonly string[] {
  return ['offline_access', `datev:iam:client:${clientId}`];
}

/** The scopes that {@link startAuthorization} asks for. */
export function requestedScopes(settings: DatevOnlineSettings, input: AuthorizationInput): readonly string[] {
  if (input.mode === 'session') return settings.scopes?.session ?? defaultScopes;
  return [...new Set([...(settings.scopes?.longTerm ?? defaultScopes), ...bindingScopes(input.clientId)])];
}

/**
 * Makes the address at DATEV that a sign-in begins with: authorization code, PKCE S256, fresh `state`, `nonce` and
 * verifier of 43 characters (at least 20 are required), `enableWindowsSso=true` (cloud.md A.3; G-01, G-09, G-11, G-15).
 *
 * Failures: those of discovery.
 */
export async function startAuthorization(
  settings: DatevOnlineSettings,
  runtime: DatevRuntime,
  input: AuthorizationInput,
): Promise<Answer<StartedAuthorization>> {
  if (input.mode === 'longTerm' && !/^\d{1,10}-\d{1,10}$/.test(input.clientId)) {
    return refusal('misuse', { description: 'a long-term sign-in is for exactly one client' });
  }
  const server = await discover(settings, runtime);
  if (!server.ok) return server;
  const authorize = endpoint(server.value, 'authorization_endpoint');
  if (!authorize.ok) return authorize;
  return guarded(async () => {
    const [state, nonce, codeVerifier] = [randomWord(runtime), randomWord(runtime), randomWord(runtime)];
    const url = new URL(authorize.value);
    const parameters = {
      response_type: 'code',
      client_id: settings.clientId,
      redirect_uri: settings.redirectUri,
      scope: requestedScopes(settings, input).join(' '),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      enableWindowsSso: 'true',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return { ...server, value: { url: url.href, state, nonce, codeVerifier } };
  });
}

/** 32 random bytes as 43 characters that need no escaping anywhere. */
function randomWord(runtime: DatevRuntime): string {
  return Buffer.from(runtime.randomBytes(32)).toString('base64url');
}
