import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { allEndpoints, type Endpoint } from '@bruecke/contract';
import { type Id, isId } from '@bruecke/model';
import cookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Caller, Services } from '../context.ts';
import { isUnstorable } from '../db/violation.ts';
import { Refusal, refuse } from '../refusal.ts';
import { endRest, endSilence, type Patience, refuseUnread, usualPatience } from './bareSocket.ts';
import { sendFile } from './fileAnswer.ts';
import { addHealth, type Readiness } from './health.ts';
import type { LiveHub } from './live.ts';
import { openApiDocument } from './openApi.ts';
import { problemFor } from './problem.ts';
import { checkOrigin } from './requestOrigin.ts';
import type { Edge, FileAnswer, RequestOf, Route } from './route.ts';
import { setSecurityHeaders } from './securityHeaders.ts';
import { serialised } from './serialised.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './sessionCookie.ts';
import { addSignedRoutes, type IdentifyConnector } from './signedRoutes.ts';
import { validatorOf } from './validation.ts';
import { addWebFiles } from './webFiles.ts';

/** Finds out who asks: by session cookie or API key. Null when neither is there or good. */
export type Identify = (given: {
  sessionToken: string | null;
  bearer: string | null;
  /** The Mandant whose rights the caller shall come with. */
  mandantId: Id | null;
  ip: string;
}) => Promise<Caller | null>;

export type AppOptions = {
  services: Services;
  routes: readonly Route[];
  identify: Identify;
  identifyConnector: IdentifyConnector;
  live: LiveHub;
  readiness: Readiness;
  /** Addresses and networks of proxies, besides those on this machine, whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Shorter in tests. */
  patience?: Patience;
  /** Folder of the built interface; absent in tests of the API alone. */
  webFolder?: string;
  /** Further addresses of the demo. */
  extend?: (app: FastifyInstance, services: Services) => Promise<void>;
};

export const apiPrefix = '/api/v1';
/** JSON bodies are small; vouchers travel as bytes with their own limit. */
const jsonLimit = 1024 * 1024;
const nonceHeader = 'replay-nonce';

/** The HTTP border: parses, finds the caller, calls the verb, serialises. Throws when an endpoint of the contract has no route. */
export async function createApp(options: AppOptions): Promise<FastifyInstance> {
  const { services, patience = usualPatience } = options;
  /** The last request of each socket. */
  const current = new WeakMap<Socket, FastifyReply>();
  const app = Fastify({
    logger: false,
    bodyLimit: jsonLimit,
    // Rate limits go by the caller's address, so anybody else could forge it. A proxy on this machine is always believed: it is the usual one,
    // and without its word everybody would be locked out with everybody else.
    trustProxy: ['loopback', ...options.trustedProxies],
    genReqId: () => services.newId(),
    connectionTimeout: patience.idle,
    requestTimeout: patience.request,
    // The probes of TCP find out about a network that vanished under a socket where nobody is due to say anything, such as live events.
    http: {
      keepAlive: true,
      keepAliveInitialDelay: patience.idle,
      // Node takes the shorter of the two for that of the headers.
      headersTimeout: Math.min(patience.idle, patience.request),
      connectionsCheckingInterval: patience.look,
    },
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => {
      setOwnHeaders(services, request, reply);
      // An id that long is none: not there, like any other that nobody has.
      const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
      sendProblem(services, isLong ? refuse('not_found') : error, request, reply);
    },
    clientErrorHandler: (error, socket) => refuseUnread(services, current.get(socket), error, socket),
  });
  await app.register(cookie);
  // Bytes are handed on as a stream; whatever type the sender claims, content decides later.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.addHook('onRequest', async (request, reply) => {
    current.set(request.raw.socket, reply);
    reply.raw.on('timeout', () => endSilence(reply, patience));
    setOwnHeaders(services, request, reply);
  });
  app.setErrorHandler((error, request, reply) => {
    endRest(request, services.settings.uploadLimitBytes, patience);
    return sendProblem(services, error, request, reply);
  });
  addHealth(app, options.readiness);
  const document = openApiDocument(services.settings.version);
  app.get(`${apiPrefix}/openapi.json`, async () => document);
  const routes = checkComplete(options.routes);
  const isSigned = ({ endpoint }: Route) => endpoint.access.who === 'connector';
  const takesBytes = ({ endpoint }: Route) => endpoint.takes === 'bytes';
  for (const route of routes) if (!isSigned(route) && !takesBytes(route)) addRoute(app, route, options);
  await app.register(async (scope) => {
    // Else whoever calls a voucher JSON or text had it parsed before anybody looks at what it is.
    scope.removeContentTypeParser(['application/json', 'text/plain']);
    for (const route of routes) if (!isSigned(route) && takesBytes(route)) addRoute(scope, route, options);
  });
  await addSignedRoutes(app, routes.filter(isSigned), {
    ...options,
    prefix: apiPrefix,
    jsonLimit,
    edgeOf: (request, reply) => edgeOf(request, reply, services),
    answer,
  });
  await options.extend?.(app, services);
  app.setNotFoundHandler((request, reply) => sendProblem(services, refuse('not_found'), request, reply));
  if (options.webFolder) await addWebFiles(app, options.webFolder, apiPrefix);
  return app;
}

function setOwnHeaders(services: Services, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  setSecurityHeaders(reply, services.settings.publicUrl);
}

/** Every endpoint of the contract has exactly one route. */
function checkComplete(routes: readonly Route[]): readonly Route[] {
  const missing = allEndpoints().filter(({ endpoint }) => !routes.some((route) => route.endpoint === endpoint));
  if (missing.length > 0) throw new Error(`No route for: ${missing.map(({ name }) => name).join(', ')}`);
  return routes;
}

function addRoute(app: FastifyInstance, { endpoint, handle }: Route, options: AppOptions): void {
  const validate = validatorOf(endpoint);
  const { services } = options;
  app.route({
    method: endpoint.method,
    url: `${apiPrefix}${endpoint.path}`,
    ...(endpoint.takes === 'bytes'
      ? { bodyLimit: services.settings.uploadLimitBytes + 1, config: { cutOff: 'upload_incomplete' as const } }
      : {}),
    ...(endpoint.answer && !endpoint.gives
      ? { schema: { response: { [endpoint.status ?? 200]: serialised(endpoint.answer) } } }
      : {}),
    handler: async (request, reply) => {
      const caller = await callerOf(request, endpoint, options);
      checkOrigin(request, services.settings.publicUrl, caller);
      validate('params', request.params);
      validate('query', request.query);
      if (endpoint.takes !== 'bytes') validate('body', request.body ?? undefined);
      if (endpoint.fresh) requireFresh(caller, services.now());
      const ctx = caller ? { ...services, caller } : services;
      if (endpoint.gives === 'events') return options.live.open(request, reply, endpoint, ctx);
      // The schemas above have just made sure of these shapes.
      const parsed = {
        params: request.params,
        query: request.query,
        body: request.body,
        edge: edgeOf(request, reply, services),
        ctx,
      } as RequestOf<Endpoint>;
      const result = await handle(parsed);
      if (endpoint.gives === 'file' && endpoint.access.who === 'mandant')
        await options.live.holdFile(request, reply, ctx, result as FileAnswer);
      return answer(reply, endpoint, result);
    },
  });
}

async function callerOf(request: FastifyRequest, endpoint: Endpoint, options: AppOptions): Promise<Caller | null> {
  if (endpoint.access.who === 'anyone') return null;
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
  if (bearer && !endpoint.apiKey) throw refuse('not_signed_in');
  const sessionToken = bearer ? null : readSessionCookie(request, options.services.settings.publicUrl);
  const mandantId = endpoint.takes === 'bytes' ? mandantOf(request) : null;
  const given = { sessionToken, bearer, mandantId, ip: request.ip };
  const caller = bearer || sessionToken ? await options.identify(given) : null;
  if (!caller) throw refuse('not_signed_in');
  return caller;
}

/** The Mandant in the address; it is not checked yet. */
function mandantOf({ params }: FastifyRequest): Id | null {
  const id = (params as { mandantId?: unknown }).mandantId;
  return isId(id) ? id : null;
}

function requireFresh(caller: Caller | null, now: Date): void {
  if (!caller?.session?.freshUntil || caller.session.freshUntil <= now) throw refuse('fresh_sign_in_needed');
}

function edgeOf(request: FastifyRequest, reply: FastifyReply, services: Services): Edge {
  const { publicUrl } = services.settings;
  const length = Number(request.headers['content-length']);
  return {
    ip: request.ip,
    userAgent: request.headers['user-agent']?.slice(0, 300) ?? null,
    // For endpoints that take bytes the parser above hands the stream on; for the others nothing reads it.
    bytes: (request.body ?? request.raw) as Readable,
    announcedLength: Number.isSafeInteger(length) ? length : null,
    sessionToken: readSessionCookie(request, publicUrl),
    setSession: (token, expires) => writeSessionCookie(reply, publicUrl, token, expires),
    clearSession: () => clearSessionCookie(reply, publicUrl),
    giveNonce: (nonce) => void reply.header(nonceHeader, nonce),
    signedBody: Buffer.alloc(0),
    get gone() {
      return hangUpOf(reply);
    },
  };
}

function hangUpOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.closed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

function answer(reply: FastifyReply, endpoint: Endpoint, result: unknown): FastifyReply {
  reply.header('cache-control', 'no-store');
  // What a route may answer is fixed by its endpoint's type (route.ts).
  if (endpoint.gives === 'file') return sendFile(reply, result as FileAnswer);
  if (endpoint.gives === 'redirect') return reply.redirect((result as { location: string }).location, 302);
  return reply.status(endpoint.status ?? 200).send(result);
}

function sendProblem(services: Services, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemFor(error, request.id);
  // Whatever is no plain "no" is the operator's to see.
  if (isUnstorable(error) || (problem.status >= 500 && !(error instanceof Refusal))) {
    const what = told(error);
    services.log(`request ${request.id} ${request.method} ${request.routeOptions.url ?? '?'}: ${what}`);
  }
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds);
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem));
}

/** For the log. What PostgreSQL says of a value that it could not take holds the value. */
function told(error: unknown): string {
  if (isUnstorable(error)) return 'the contract let a value pass that the database did not take';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
