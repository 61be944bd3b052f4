import type { Readable } from 'node:stream';
import type { AnswerOf, BodyOf, Endpoint, HistoryOf, ParamsOf, QueryOf } from '@bruecke/contract';
import type { ConnectorCtx, Ctx, Services } from '../context.ts';

/** What the border knows of a request besides its parsed parts. */
export type Edge = {
  /** Network address of the caller, for rate limits. */
  ip: string;
  userAgent: string | null;
  /** The bytes of the body, for endpoints that take bytes. */
  bytes: Readable;
  /** Length the caller announced, bytes; null when it did not. */
  announcedLength: number | null;
  /** Value of the session cookie, for sign-in endpoints. */
  sessionToken: string | null;
  setSession(token: string, expires: Date): void;
  clearSession(): void;
  /** Puts the number for a connector's next request on the answer (`Replay-Nonce`). */
  giveNonce(nonce: string): void;
  /** The body of a signed request, as it was sent; empty for others. */
  signedBody: Buffer;
  /** Aborted when the caller hangs up before it is answered. */
  readonly gone: AbortSignal;
};

type Parsed<E extends Endpoint> = { params: ParamsOf<E>; query: QueryOf<E>; body: BodyOf<E>; edge: Edge };
/** Endpoints for anyone get no caller, those of the link a connector, all others a person. */
export type RequestOf<E extends Endpoint> = Parsed<E> & {
  ctx: E['access'] extends { who: 'anyone' } ? Services : E['access'] extends { who: 'connector' } ? ConnectorCtx : Ctx;
};

/** A file as answer; `name` is the original one and only ever travels in an encoded header. */
export type FileAnswer = { bytes: Readable | Buffer; mediaType: string; size: number; name: string; inline: boolean };
type Given<E extends Endpoint> = E extends { gives: 'file' }
  ? FileAnswer
  : E extends { gives: 'redirect' }
    ? { location: string }
    : AnswerOf<E>;

/**
 * The answer of an endpoint that declares history: with the entries it wrote, or 'unchanged' where this call had nothing to
 * change (a repeat, a refused sign-in). Forgetting it does not compile.
 */
export type Written<Answer, Kind extends string> = {
  answer: Answer;
  history: { kind: Kind } | { kind: Kind }[] | 'unchanged';
};

type Result<E extends Endpoint> = [HistoryOf<E>] extends [never] ? Given<E> : Written<Given<E>, HistoryOf<E>>;

export type Route = { endpoint: Endpoint; handle: (request: RequestOf<Endpoint>) => Promise<unknown> };

/** Binds an endpoint of the contract to the verb that answers it. */
export function route<E extends Endpoint>(endpoint: E, handle: (request: RequestOf<E>) => Promise<Result<E>>): Route {
  const answer = async (request: RequestOf<E>): Promise<unknown> => {
    const result = await handle(request);
    return Array.isArray(endpoint.history) ? (result as Written<unknown, string>).answer : result;
  };
  // The app parses a request by the endpoint's own schemas before it calls; the registry forgets only which one it was.
  return { endpoint, handle: answer as Route['handle'] };
}
