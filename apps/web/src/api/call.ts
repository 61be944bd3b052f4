import type { Problem } from '@bruecke/contract';
import { NoAnswer, Refusal, readProblem } from './problem.ts';

/**
 * As much of an endpoint as a call needs. Lighter than the contract's `Endpoint` on purpose: checking deep
 * TypeBox schemas against it at each call is more than TypeScript's depth limit allows.
 */
export type Callable = {
  method: string;
  path: string;
  params?: unknown;
  query?: unknown;
  body?: unknown;
  answer?: unknown;
  gives?: string;
};

/** The type that a TypeBox schema describes; it carries it as a phantom property. */
type Described<Schema, Else> = Schema extends { static: infer Type } ? Type : Else;
type PartOf<E, Name extends string> = E extends Record<Name, infer Schema> ? Schema : never;

/** A file where the endpoint gives one, with the name that the server wants it saved under. */
export type Answer<E extends Callable> = E extends { gives: 'file' } ? File : Described<PartOf<E, 'answer'>, undefined>;

/** What a call needs, derived from the endpoint's schemas: parts that the endpoint lacks can't be given. */
export type CallInput<E extends Callable> = (E extends { params: infer S } ? { params: Described<S, never> } : object) &
  (E extends { query: infer S } ? { query?: Described<S, never> } : object) &
  (E extends { body: infer S } ? { body: Described<S, never> } : object);

/** The same for endpoints that need nothing: the second argument may be left out. */
export type CallArguments<E extends Callable> =
  object extends CallInput<E>
    ? [input?: CallInput<E>, signal?: AbortSignal]
    : [input: CallInput<E>, signal?: AbortSignal];

export type Call = <E extends Callable>(endpoint: E, ...args: CallArguments<E>) => Promise<Answer<E>>;

export type CallSettings = {
  fetch: typeof globalThis.fetch;
  /** Of the present session; null before sign-in. */
  csrfToken: () => string | null;
  /** Asks the person to confirm the sign-in; false when they decline. */
  confirmAfresh: () => Promise<boolean>;
  /** The session is over: kept when the same person is back; null where that can't be. */
  signedInAgain: (reason: Problem['detail']) => Promise<void> | null;
  /** What to wait for while nobody is signed in. */
  absence: () => Promise<void> | undefined;
};

const base = '/api/v1';

type Parts = { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };

/** `/mandanten/:mandantId` + params + query → address on this server. */
export function addressOf(endpoint: Callable, parts: Parts): string {
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(parts.params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parts.query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${base}${path}${text ? `?${text}` : ''}`;
}

/**
 * Typed calls over fetch. A refusal is thrown as {@link Refusal}, a missing or foreign answer as {@link NoAnswer}.
 * When the server wants a fresh sign-in, the person is asked and the call is made once more; and so it is when the session is over,
 * which has done nothing but refuse.
 */
export function createCall(settings: CallSettings): Call {
  return async (endpoint, ...[input, signal]) => {
    // CallInput<E> is a subtype of Parts for every endpoint; TypeScript can't see it through the generic.
    const parts = (input ?? {}) as Parts;
    const once = async () => {
      await settings.absence();
      return send(settings, endpoint, parts, signal);
    };
    let response = await once();
    let problem = await problemOf(response);
    const back =
      problem?.code === 'not_signed_in' && settings.csrfToken() !== null && settings.signedInAgain(problem.detail);
    if (back) {
      await back;
      response = await once();
      problem = await problemOf(response);
    }
    if (problem?.code === 'fresh_sign_in_needed' && (await settings.confirmAfresh())) {
      response = await once();
      problem = await problemOf(response);
    }
    if (problem) throw new Refusal(problem);
    // The contract's tests hold the server to this type; parsing again here would cost the first page a validator.
    return (await (endpoint.gives === 'file' ? fileOf(response) : answerOf(response))) as never;
  };
}

async function send(settings: CallSettings, endpoint: Callable, parts: Parts, signal?: AbortSignal): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (parts.body !== undefined) headers.set('content-type', 'application/json');
  const token = settings.csrfToken();
  if (endpoint.method !== 'GET' && token) headers.set('x-csrf-token', token);
  try {
    return await settings.fetch(addressOf(endpoint, parts), {
      method: endpoint.method,
      headers,
      credentials: 'same-origin',
      body: parts.body === undefined ? null : JSON.stringify(parts.body),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new NoAnswer('offline', null, cause);
  }
}

async function problemOf(response: Response) {
  if (response.ok) return null;
  const problem = readProblem(await response.json().catch(() => null));
  if (problem) return problem;
  throw new NoAnswer(response.status >= 502 ? 'offline' : 'unexpected', response.headers.get('x-request-id'));
}

async function answerOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  try {
    return await response.json();
  } catch (cause) {
    throw new NoAnswer('unexpected', response.headers.get('x-request-id'), cause);
  }
}

async function fileOf(response: Response): Promise<File> {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(response.headers.get('content-disposition') ?? '')?.[1];
  try {
    return new File([await response.blob()], encoded ? decodeURIComponent(encoded) : '');
  } catch (cause) {
    throw new NoAnswer('offline', response.headers.get('x-request-id'), cause);
  }
}
