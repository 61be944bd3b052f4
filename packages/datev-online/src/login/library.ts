import {
  AuthorizationResponseError,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  clockSkew,
  customFetch,
  OperationProcessingError,
  ResponseBodyError,
} from 'oauth4webapi';
import { interpretFailure, interpretThrown, takeBody } from '../answers.ts';
import { type Answer, type DatevFailure, type FailureKind, failure } from '../failure.ts';
import { asFields, field, parseJson, text } from '../lenient.ts';
import type { DatevRuntime } from '../runtime.ts';
import type { DatevOnlineSettings } from '../settings.ts';

/** How oauth4webapi is to make its calls: our fetch, our signal, https unless the settings say otherwise. */
export function httpOptions(settings: DatevOnlineSettings, runtime: DatevRuntime) {
  return {
    [customFetch]: async (address: string, init: LibraryRequest) => {
      const response = await runtime.fetch(toRequest(address, init));
      return new Response((await takeBody(response)) || null, response);
    },
    [allowInsecureRequests]: settings.allowInsecure === true,
    ...(runtime.newSignal === undefined ? {} : { signal: runtime.newSignal() }),
  };
}

interface LibraryRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly redirect: 'manual';
  readonly body?: URLSearchParams | string | Uint8Array<ArrayBuffer> | ArrayBuffer | ReadableStream | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

function toRequest(address: string, { body, signal, ...init }: LibraryRequest): Request {
  return new Request(address, { ...init, body: body ?? null, signal: signal ?? null });
}

/** The app as oauth4webapi knows it. */
export function loginClient(settings: DatevOnlineSettings, runtime: DatevRuntime): Client {
  return {
    client_id: settings.clientId,
    // The library reads the machine's clock itself; the skew puts the caller's clock in its place.
    // biome-ignore lint/plugin: the library's clock is what is corrected here
    [clockSkew]: Math.round((runtime.now() - Date.now()) / 1000),
  };
}

/**
 * `client_secret_basic`, the only way DATEV takes (cloud.md A.4). Written here because the library also escapes hyphens,
 * which RFC 6749 does not ask for and no client seen working with DATEV does; an id with a hyphen would then depend on
 * DATEV decoding it.
 */
export function clientAuthentication(settings: DatevOnlineSettings): ClientAuth {
  const encode = (value: string) => encodeURIComponent(value).replaceAll('%20', '+');
  const credentials = Buffer.from(`${encode(settings.clientId)}:${encode(settings.clientSecret)}`).toString('base64');
  return (_server, _client, _body, headers) => headers.set('authorization', `Basic ${credentials}`);
}

/** Runs a login step; what the library or the network throws becomes a failure. */
export async function guarded<T>(step: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await step();
  } catch (thrown) {
    return { ok: false, failure: interpretLibraryError(thrown) };
  }
}

function interpretLibraryError(thrown: unknown): DatevFailure {
  if (thrown instanceof AuthorizationResponseError) {
    return failure(authorizationKinds[thrown.error] ?? 'misuse', {
      code: thrown.error.slice(0, 100),
      description: thrown.error_description?.slice(0, 500) ?? null,
    });
  }
  if (thrown instanceof ResponseBodyError) {
    return failure(tokenErrorKinds[thrown.error] ?? 'misuse', {
      code: thrown.error.slice(0, 100),
      status: thrown.status,
    });
  }
  if (thrown instanceof OperationProcessingError) {
    if (thrown.code === 'OAUTH_HTTP_REQUEST_FORBIDDEN' || thrown.code === 'OAUTH_REQUEST_PROTOCOL_FORBIDDEN') {
      return failure('misuse', { code: thrown.code, description: 'the settings allow https only' });
    }
    if (thrown.cause instanceof Response && thrown.cause.status !== 200) {
      // The key set could not be fetched: nothing is wrong with the sign-in, it cannot be checked now.
      return failure('unavailable', { status: thrown.cause.status, description: thrown.message.slice(0, 500) });
    }
    return failure('loginMismatch', { code: thrown.code ?? null, description: thrown.message.slice(0, 500) });
  }
  return interpretThrown(thrown);
}

/** RFC 6749 4.1.2.1 and OpenID Connect 3.1.2.6: what the redirect back can say. */
const authorizationKinds: Readonly<Record<string, FailureKind>> = {
  access_denied: 'consentRefused',
  login_required: 'consentRefused',
  interaction_required: 'consentRefused',
  consent_required: 'consentRefused',
  account_selection_required: 'consentRefused',
  invalid_scope: 'scopeMissing',
  unauthorized_client: 'appNotAllowed',
  server_error: 'unavailable',
  temporarily_unavailable: 'unavailable',
};

/** RFC 6749 5.2 at the token endpoint (cloud.md A.9). */
const tokenErrorKinds: Readonly<Record<string, FailureKind>> = {
  invalid_grant: 'needsReauth',
  invalid_client: 'appNotAllowed',
  unauthorized_client: 'appNotAllowed',
  unsupported_grant_type: 'appNotAllowed',
  invalid_scope: 'scopeMissing',
  server_error: 'unclear',
  temporarily_unavailable: 'unavailable',
};

/**
 * Interprets a refusal of the token, revocation or userinfo endpoint. A server error there is `unclear`: the single-use
 * refresh token may be spent (cloud.md A.5). 503 and 429 are answers that precede any work.
 */
export function interpretLoginRefusal(response: Response, body: string): DatevFailure {
  const error = text(field(asFields(parseJson(body)) ?? {}, 'error'));
  const base = interpretFailure(response, body, 'upload');
  const kind = error === null || response.status >= 500 ? undefined : tokenErrorKinds[error];
  if (kind !== undefined) return { ...base, kind };
  if (response.status === 401) return { ...base, kind: 'appNotAllowed' };
  if (base.kind === 'unclear' || base.kind === 'unavailable' || base.kind === 'rateLimited') return base;
  return { ...base, kind: 'misuse' };
}
