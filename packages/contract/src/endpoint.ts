import type { ErrorCode, HistoryKind, Right } from '@bruecke/model';
import type { Static, TObject, TSchema } from '@sinclair/typebox';

/**
 * Who may call an endpoint. The tenancy test derives the expected answer of every kind of caller from this line, so a
 * new endpoint without one does not compile.
 *
 * `mandant` needs `mandantId` in the path, `firm` needs `firmId`. Whoever can't see the Mandant or the firm at all gets
 * the same 404 as for one that does not exist; whoever sees it but lacks the right gets 403. `connector`: the request is signed
 * with a connector's key (connectorSignature.ts); no person can make one.
 */
export type Access =
  | { who: 'anyone' }
  | { who: 'signedIn' }
  | { who: 'operator' }
  | { who: 'firm'; role: 'staff' | 'admin' }
  | { who: 'mandant'; right: Right }
  | { who: 'connector' };

/** What an endpoint writes into the history, or why it writes nothing. */
export type EndpointHistory = readonly [HistoryKind, ...HistoryKind[]] | { none: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Besides JSON an endpoint can take raw bytes, or answer with a file, an event stream or a redirect. */
export type Transfer = 'json' | 'bytes' | 'file' | 'events' | 'redirect';

export type Endpoint = {
  method: Method;
  /** Path with `:name` parameters, below `/api/v1`. */
  path: string;
  summary: string;
  tag: string;
  access: Access;
  history: EndpointHistory;
  /** Needs a sign-in confirmed within the last ten minutes. */
  fresh?: true;
  /** Callable with a personal API key (else only with a browser session). */
  apiKey?: true;
  params?: TObject;
  query?: TObject;
  body?: TSchema;
  /** How the request body travels; `json` unless said. */
  takes?: 'json' | 'bytes';
  /** How the answer travels; `json` unless said. */
  gives?: Exclude<Transfer, 'bytes'>;
  /** Status of success; 200 unless said. */
  status?: 200 | 201 | 202 | 204 | 302;
  answer?: TSchema;
  /** Own error codes besides the general ones. */
  errors?: readonly ErrorCode[];
};

/** Keeps the literal types of an endpoint's definition. */
export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

type StaticOr<T, Fallback> = T extends TSchema ? Static<T> : Fallback;
export type ParamsOf<E extends Endpoint> = StaticOr<E['params'], Record<string, never>>;
export type QueryOf<E extends Endpoint> = StaticOr<E['query'], Record<string, never>>;
export type BodyOf<E extends Endpoint> = StaticOr<E['body'], undefined>;
export type AnswerOf<E extends Endpoint> = StaticOr<E['answer'], undefined>;
/** The history kinds an endpoint declares; `never` for one that writes none. */
export type HistoryOf<E extends Endpoint> = E['history'] extends readonly HistoryKind[] ? E['history'][number] : never;
