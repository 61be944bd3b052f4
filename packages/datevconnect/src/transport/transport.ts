import type { IncomingHttpHeaders } from 'node:http';

/** One GET. `path` starts with `/datev/api` and comes from `pathOf` only. */
export interface WireCall {
  readonly path: string;
  readonly accept: string;
  readonly signal: AbortSignal | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end or broken off; either frees the connection. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Makes one call and answers once the head of the answer is there. Throws what the network throws. */
export type Transport = (call: WireCall) => Promise<WireAnswer>;

/** The Windows user that DATEVconnect sees. `user` is `DOMAIN\user`, `MACHINE\user` or `user` (onprem.md A.1). */
export interface Credentials {
  readonly kind: 'basic' | 'ntlm';
  readonly user: string;
  readonly password: string;
}
