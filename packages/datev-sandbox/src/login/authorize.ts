import type { State } from '../state.ts';
import { type Answer, type Call, emptyAnswer, readForm } from '../wire.ts';
import { type App, clientIdOf, type Medium, type Person, type SandboxClient } from '../world.ts';
import { consentPage, errorPage, loginPage, type PageInput } from './pages.ts';
import { clientScopes, isClientScope, isKnownScope } from './scopes.ts';
import { openSession } from './sessions.ts';

const MIN_LENGTH = 20;

/** An authorization request that passed every rule (cloud.md A.3). */
type AuthorizeRequest = {
  app: App;
  redirectUri: string;
  state: string;
  nonce: string;
  challenge: string;
  scopes: string[];
  /** Set for long-term consent: the one client it is bound to. */
  boundTo?: SandboxClient;
};

type Refusal = { page: string } | { redirectUri: string; state: string; error: string; description: string };

/**
 * `GET /openid/authorize` shows the sign-in page, `POST` takes its forms: first person and medium, then consent. Nothing is
 * kept between the steps; the original query travels along and is checked again each time.
 */
export async function authorize(state: State, now: number, call: Call): Promise<Answer> {
  const form = call.method === 'POST' ? await readForm(call) : undefined;
  const query = form === undefined ? call.url.searchParams : new URLSearchParams(form.get('request') ?? '');
  const request = readRequest(state, query);
  if ('page' in request) return errorPage(state, 400, request.page);
  if ('error' in request) {
    return redirect(request.redirectUri, {
      error: request.error,
      error_description: request.description,
      state: request.state,
    });
  }
  const page: PageInput = {
    app: request.app,
    people: state.world.people,
    scopes: request.scopes,
    query: query.toString(),
    action: call.url.pathname,
    redirectUri: request.redirectUri,
    ...(request.boundTo === undefined ? {} : { boundTo: request.boundTo }),
  };
  if (form === undefined) return loginPage(state, page);
  return takeForm(state, now, request, page, form);
}

function takeForm(
  state: State,
  now: number,
  request: AuthorizeRequest,
  page: PageInput,
  form: URLSearchParams,
): Answer {
  if (form.get('step') === 'cancel') return denied(request, 'The person cancelled the sign-in.');
  const person = state.index.people.get(form.get('person') ?? '');
  const medium = readMedium(form.get('medium'));
  if (person === undefined || medium === undefined) {
    return loginPage(state, page, 'Bitte wählen Sie ein Medium und eine Person.');
  }
  if (!person.media.includes(medium)) {
    return loginPage(state, page, `${person.givenName} ${person.familyName} hat kein Medium „${medium}“.`);
  }
  if (form.get('step') !== 'consent') return consentPage(state, page, person, medium);
  if (form.get('decision') !== 'allow') return denied(request, 'The person refused the consent.');
  if (request.boundTo !== undefined && !mayBind(person, request.boundTo)) {
    return denied(request, 'The person has no permission for the requested client.');
  }
  const code = openSession(state, now, {
    app: request.app,
    person,
    medium,
    scopes: request.scopes,
    nonce: request.nonce,
    redirectUri: request.redirectUri,
    challenge: request.challenge,
    ...(request.boundTo === undefined ? {} : { boundTo: clientIdOf(request.boundTo) }),
  });
  return redirect(request.redirectUri, { code, state: request.state });
}

function readRequest(state: State, query: URLSearchParams): AuthorizeRequest | Refusal {
  const app = state.index.apps.get(query.get('client_id') ?? '');
  if (app === undefined)
    return { page: 'Die App ist nicht registriert (client_id). Wer die App betreibt, muss ihre Zugangsdaten prüfen.' };
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegistered(app, redirectUri))
    return {
      page: 'Die Rücksprungadresse ist für diese App nicht registriert (redirect_uri). Wer die App betreibt, muss sie bei DATEV eintragen.',
    };

  const stateValue = query.get('state') ?? '';
  const refuse = (error: string, description: string): Refusal => ({
    redirectUri,
    state: stateValue,
    error,
    description,
  });
  if (query.get('response_type') !== 'code') return refuse('unsupported_response_type', 'only response_type=code');
  if (stateValue.length < MIN_LENGTH) return refuse('invalid_request', 'state too short');
  const nonce = query.get('nonce') ?? '';
  if (nonce === '') return refuse('invalid_request', 'nonce missing');
  if (nonce.length < MIN_LENGTH) return refuse('invalid_request', 'nonce too short');
  const challenge = query.get('code_challenge') ?? '';
  if (challenge === '') return refuse('invalid_request', 'code_challenge missing');
  if (query.get('code_challenge_method') !== 'S256')
    return refuse('invalid_request', 'code_challenge_method must be S256');
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge)) return refuse('invalid_request', 'code_challenge invalid');

  const scopes = [...new Set((query.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
  const bound = checkScopes(state, app, scopes);
  if (typeof bound === 'string') return refuse('invalid_scope', bound);
  return { app, redirectUri, state: stateValue, nonce, challenge, scopes, ...bound };
}

/** The bound client of a long-term request, `{}` for a session request, or why the scopes are refused. */
function checkScopes(state: State, app: App, scopes: string[]): { boundTo?: SandboxClient } | string {
  if (!scopes.includes('openid')) return 'openid missing';
  const unknown = scopes.find((scope) => !isKnownScope(scope));
  if (unknown !== undefined) return `unknown scope ${unknown}`;
  const notGranted = scopes.find((scope) => !isClientScope(scope) && !app.scopes.includes(scope));
  if (notGranted !== undefined) return `scope ${notGranted} is not enabled for this app`;
  const clients = clientScopes(scopes);
  if (!scopes.includes('offline_access')) {
    return clients.length === 0 ? {} : 'datev:iam:client needs offline_access';
  }
  const [clientId] = clients;
  if (clientId === undefined || clients.length > 1) return 'offline_access needs exactly one datev:iam:client scope';
  const client = state.index.clients.get(clientId);
  return client === undefined ? `unknown client in scope datev:iam:client:${clientId}` : { boundTo: client };
}

/** Compared exactly; the registered literal `http://localhost` matches any port and path there (cloud.md A.8). */
export function isRegistered(app: App, uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  if (app.redirectUris.includes(uri)) return true;
  const url = new URL(uri);
  return url.protocol === 'http:' && url.hostname === 'localhost' && app.redirectUris.includes('http://localhost');
}

function mayBind(person: Person, client: SandboxClient): boolean {
  return (person.access[clientIdOf(client)]?.length ?? 0) > 0;
}

function readMedium(text: string | null): Medium | undefined {
  return text === 'SmartLogin' || text === 'SmartCard' ? text : undefined;
}

function denied(request: AuthorizeRequest, description: string): Answer {
  return redirect(request.redirectUri, {
    error: 'access_denied',
    error_description: description,
    state: request.state,
  });
}

/** 303, so that the browser turns the form's POST into a GET at the app. */
function redirect(uri: string, parameters: Record<string, string>): Answer {
  const target = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== '') target.searchParams.set(name, value);
  return emptyAnswer(303, { location: target.href, 'cache-control': 'no-store' });
}
