import { discoveryRequest, processDiscoveryResponse } from 'oauth4webapi';
import { interpretFailure } from '../answers.ts';
import type { Answer } from '../failure.ts';
import { failure } from '../failure.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import { guarded, httpOptions } from './library.ts';
import type { LoginServer } from './loginServer.ts';

const MAX_AGE_MS = 24 * 3_600_000;

/**
 * The login server's endpoints (cloud.md A.1), fetched once a day per issuer.
 *
 * Failures: `unreachable`, `unavailable`, `unclear`; `misuse` when the address is not the issuer it claims to be.
 */
export async function discover(settings: DatevOnlineSettings, runtime: DatevRuntime): Promise<Answer<LoginServer>> {
  const known = runtime.discoveryCache.get(settings.issuer);
  const age = known === undefined ? Number.POSITIVE_INFINITY : runtime.now() - known.fetchedAt;
  if (known !== undefined && age >= 0 && age < MAX_AGE_MS) return { ok: true, value: known, trace: noTrace };
  return guarded(async () => {
    const issuer = new URL(settings.issuer);
    const response = await discoveryRequest(issuer, httpOptions(settings, runtime));
    if (response.status !== 200) {
      return { ok: false, failure: interpretFailure(response, await response.text(), 'read') };
    }
    const metadata = await processDiscoveryResponse(issuer, response);
    const server: LoginServer = { metadata, fetchedAt: runtime.now(), keys: {} };
    runtime.discoveryCache.set(settings.issuer, server);
    return { ok: true, value: server, trace: noTrace };
  });
}

const noTrace = { status: 200, globalTransactionId: null, capRequestId: null, excerpt: '' };

/** The endpoint named in the discovery document, or a failure that says which one it does not name. */
export function endpoint(
  server: LoginServer,
  name:
    | 'authorization_endpoint'
    | 'token_endpoint'
    | 'revocation_endpoint'
    | 'userinfo_endpoint'
    | 'end_session_endpoint',
): Answer<string> {
  const address = server.metadata[name];
  if (typeof address === 'string' && URL.canParse(address)) return { ok: true, value: address, trace: noTrace };
  return { ok: false, failure: failure('misuse', { description: `discovery document names no ${name}` }) };
}
