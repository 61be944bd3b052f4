import type { AuthorizationServer, ExportedJWKSCache, JWKSCacheInput } from 'oauth4webapi';

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
