import { authenticate } from './bearer.ts';
import { getClient, listClients, methodNotAllowed, notAcceptable } from './clients-api.ts';
import {
  checkClientAccess,
  getDocumentClient,
  getDuoVersion,
  listDocumentClients,
  listDocumentTypes,
  READ_SCOPE,
  UPLOAD_SCOPE,
} from './documents/api.ts';
import { type UploadTarget, upload } from './documents/upload.ts';
import { authorize } from './login/authorize.ts';
import { connectedApps } from './login/connected-apps.ts';
import { certs, discovery, issuerOf } from './login/discovery.ts';
import { endSessionPage } from './login/end-session.ts';
import { token } from './login/token.ts';
import { introspect, revoke } from './login/token-services.ts';
import { userinfo } from './login/userinfo.ts';
import { CLIENTS_PATH, type Operation, type Route } from './operations.ts';
import type { ArrivedDocument, State } from './state.ts';
import { type Answer, type Call, emptyAnswer, gatewayAnswer, readForm } from './wire.ts';

/** What a handler may touch beside the call. */
export type Surroundings = {
  state: State;
  now: number;
  arrived: (document: ArrivedDocument) => void;
};

type Known = Extract<Route, { kind: 'operation' }>;

/** Carries a call out for real; faults lie around this, not in it. */
export async function handle(around: Surroundings, found: Route, call: Call): Promise<Answer> {
  const { state } = around;
  if (found.kind === 'unknown') {
    if (call.url.pathname.startsWith(`${CLIENTS_PATH}/`)) return emptyAnswer(404);
    return gatewayAnswer(404, 'Not Found', 'No resources match requested URI');
  }
  if (found.kind === 'method') {
    return found.api === 'clients'
      ? methodNotAllowed(state)
      : gatewayAnswer(405, 'Method Not Allowed', 'The method is not allowed for the requested URL');
  }
  if (found.operation.startsWith('login.')) return handleLogin(around, found.operation, call);
  return handleApi(around, found, call);
}

async function handleLogin({ state, now }: Surroundings, operation: Operation, call: Call): Promise<Answer> {
  const { origin } = call.url;
  switch (operation) {
    case 'login.discovery':
      return discovery(origin);
    case 'login.certs':
      return certs();
    case 'login.authorize':
      return authorize(state, now, call);
    case 'login.token':
      return token(state, now, call, await readForm(call), issuerOf(origin));
    case 'login.userinfo':
      return userinfo(state, now, call);
    case 'login.revoke':
      return revoke(state, call, await readForm(call));
    case 'login.introspect':
      return introspect(state, now, call, await readForm(call));
    case 'login.connected-apps':
      return connectedApps(state, now, call);
    default:
      return endSessionPage(state, call);
  }
}

async function handleApi(around: Surroundings, found: Known, call: Call): Promise<Answer> {
  const { state, now } = around;
  const caller = authenticate(state, now, call);
  if ('status' in caller) return caller;
  const clientId = found.clientId ?? '';
  switch (found.operation) {
    case 'clients.list':
      return notAcceptable(state, call.header('accept')) ?? listClients(state, caller, call.url.searchParams);
    case 'clients.get':
      return notAcceptable(state, call.header('accept')) ?? getClient(state, caller, clientId);
    case 'documents.clients.list':
      return listDocumentClients(state, caller);
    default: {
      const reads = found.operation === 'documents.clients.get' || found.operation === 'documents.duo-version';
      const client = checkClientAccess(state, caller, clientId, reads ? READ_SCOPE : UPLOAD_SCOPE);
      if ('status' in client) return client;
      if (found.operation === 'documents.clients.get') return getDocumentClient(state, client);
      if (found.operation === 'documents.duo-version') return getDuoVersion(state, client);
      if (found.operation === 'documents.document-types') return listDocumentTypes(caller, client);
      return upload(state, now, call, caller, client, clientId, uploadTarget(found), around.arrived);
    }
  }
}

function uploadTarget(found: Known): UploadTarget {
  if (found.operation === 'documents.stapled') return { via: 'stapled' };
  if (found.operation === 'documents.put') return { via: 'put', guid: found.documentId ?? '' };
  return { via: 'post' };
}
