import {
  type AuthorizationServer,
  discoveryRequest,
  type ExportedJWKSCache,
  type JWKSCacheInput,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { interpretFailure } from '../answers.ts';
import type { Answer } from '../failure.ts';
import { failure } from '../failure.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';
import { guarded, httpOptions } from './library.ts';

/** What a login server says about itself, and its signing keys. */
export interface LoginServer {
  readonly metadata: AuthorizationServer;
  readonly fetchedAt: number;
  /** Filled by the library that checks signatures; {} at first. */
  readonly keys: JWKSCacheInput & Partial<ExportedJWKSCache>;
}

/** Discovery documents by issuer, kept as long as the process likes (a day at most is used). */
export type DiscoveryCache = Map<string, LoginServer>;

export function createDiscoveryCache(): DiscoveryCache {
  return new Map();
}

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
