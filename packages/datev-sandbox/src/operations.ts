const OPERATIONS = [
  'login.discovery',
  'login.certs',
  'login.authorize',
  'login.token',
  'login.userinfo',
  'login.revoke',
  'login.introspect',
  'login.endsession',
  'login.connected-apps',
  'clients.list',
  'clients.get',
  'documents.clients.list',
  'documents.clients.get',
  'documents.document-types',
  'documents.duo-version',
  'documents.post',
  'documents.put',
  'documents.stapled',
] as const;

/** What a call is, by method and path. Faults and counts are addressed by these names. */
export type Operation = (typeof OPERATIONS)[number];

/** Token calls are told apart by grant, so that a fault can hit the refresh alone. */
const NAMES: readonly string[] = [...OPERATIONS, 'login.token.code', 'login.token.refresh'];

/** An operation, or the leading part of some (`documents`, `login.token`). */
export function isOperationName(name: string): boolean {
  return NAMES.some((known) => known === name || known.startsWith(`${name}.`));
}

export type Route =
  | { kind: 'operation'; operation: Operation; clientId?: string; documentId?: string }
  /** The path exists, the method does not. */
  | { kind: 'method'; api: 'clients' | 'documents' | 'login' }
  | { kind: 'unknown' };

export const CLIENTS_PATH = '/accounting-clients/platform/v2';
export const DOCUMENTS_PATH = '/accounting-documents/platform/v2';
export const CONNECTED_APPS_PATH = '/tokrevui';

const LOGIN_ROUTES: Record<string, { operation: Operation; methods: readonly string[] }> = {
  '/openid/.well-known/openid-configuration': { operation: 'login.discovery', methods: ['GET'] },
  '/openid/authorize': { operation: 'login.authorize', methods: ['GET', 'POST'] },
  '/certs': { operation: 'login.certs', methods: ['GET'] },
  '/token': { operation: 'login.token', methods: ['POST'] },
  '/userinfo': { operation: 'login.userinfo', methods: ['GET', 'POST'] },
  '/revoke': { operation: 'login.revoke', methods: ['POST'] },
  '/introspect': { operation: 'login.introspect', methods: ['POST'] },
  '/endsession': { operation: 'login.endsession', methods: ['GET', 'POST'] },
  [CONNECTED_APPS_PATH]: { operation: 'login.connected-apps', methods: ['GET', 'POST'] },
};

export function route(method: string, pathname: string): Route {
  const login = LOGIN_ROUTES[pathname];
  if (login !== undefined) {
    return login.methods.includes(method)
      ? { kind: 'operation', operation: login.operation }
      : { kind: 'method', api: 'login' };
  }
  if (pathname.startsWith(`${CLIENTS_PATH}/`)) return routeClients(method, segments(pathname, CLIENTS_PATH));
  if (pathname.startsWith(`${DOCUMENTS_PATH}/`)) return routeDocuments(method, segments(pathname, DOCUMENTS_PATH));
  return { kind: 'unknown' };
}

function routeClients(method: string, path: string[]): Route {
  const [root, clientId] = path;
  if (root !== 'clients' || path.length > 2) return { kind: 'unknown' };
  if (method !== 'GET') return { kind: 'method', api: 'clients' };
  if (clientId === undefined) return { kind: 'operation', operation: 'clients.list' };
  return { kind: 'operation', operation: 'clients.get', clientId };
}

function routeDocuments(method: string, path: string[]): Route {
  const [root, clientId, resource, documentId] = path;
  if (root !== 'clients' || path.length > 4) return { kind: 'unknown' };
  const found = documentOperation(method, path.length, resource, documentId);
  if (found === 'unknown') return { kind: 'unknown' };
  if (found === 'method') return { kind: 'method', api: 'documents' };
  return {
    kind: 'operation',
    operation: found,
    ...(clientId === undefined ? {} : { clientId }),
    ...(documentId === undefined ? {} : { documentId }),
  };
}

function documentOperation(
  method: string,
  length: number,
  resource: string | undefined,
  documentId: string | undefined,
): Operation | 'method' | 'unknown' {
  if (length === 1) return method === 'GET' ? 'documents.clients.list' : 'method';
  if (length === 2) return method === 'GET' ? 'documents.clients.get' : 'method';
  if (length === 3) {
    if (resource === 'document-types') return method === 'GET' ? 'documents.document-types' : 'method';
    if (resource === 'duo-version') return method === 'GET' ? 'documents.duo-version' : 'method';
    if (resource === 'documents') return method === 'POST' ? 'documents.post' : 'method';
    return 'unknown';
  }
  if (resource !== 'documents') return 'unknown';
  if (method !== 'PUT') return 'method';
  return documentId === 'stapled' ? 'documents.stapled' : 'documents.put';
}

function segments(pathname: string, base: string): string[] {
  return pathname
    .slice(base.length + 1)
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    });
}
