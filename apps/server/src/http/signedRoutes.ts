import { type Endpoint, partLimits } from '@bruecke/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConnectorCaller, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import type { Edge, RequestOf, Route } from './route.ts';
import { validatorOf } from './validation.ts';

/** Finds out whose signed request it is; refuses where it is nobody's. */
export type IdentifyConnector = (request: {
  method: string;
  pathAndQuery: string;
  header(name: string): string | undefined;
  body: Buffer;
  giveNonce(nonce: string): void;
}) => Promise<ConnectorCaller>;

export type SignedOptions = {
  services: Services;
  identifyConnector: IdentifyConnector;
  prefix: string;
  /** Most bytes of a JSON body. */
  jsonLimit: number;
  edgeOf: (request: FastifyRequest, reply: FastifyReply) => Edge;
  answer: (reply: FastifyReply, endpoint: Endpoint, result: unknown) => FastifyReply;
};

/**
 * Routes of the link between hub and connector. Apart from the others, because a signature is over the bytes of the body: they are read whole
 * (and not much), checked, and parsed only then. No cookie counts here.
 */
export async function addSignedRoutes(
  app: FastifyInstance,
  routes: readonly Route[],
  options: SignedOptions,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    for (const route of routes) addSignedRoute(scope, route, options);
  });
}

function addSignedRoute(scope: FastifyInstance, { endpoint, handle }: Route, options: SignedOptions): void {
  const validate = validatorOf(endpoint);
  const { services } = options;
  scope.route({
    method: endpoint.method,
    url: `${options.prefix}${endpoint.path}`,
    bodyLimit: endpoint.takes === 'bytes' ? partLimits.hardCompressedBytes : options.jsonLimit,
    ...(endpoint.takes === 'bytes' ? { config: { cutOff: 'request_incomplete' as const } } : {}),
    ...(endpoint.answer ? { schema: { response: { [endpoint.status ?? 200]: endpoint.answer } } } : {}),
    handler: async (request, reply) => {
      const edge = options.edgeOf(request, reply);
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const connector = await options.identifyConnector({
        method: request.method,
        pathAndQuery: request.raw.url ?? '',
        header: (name) => oneValue(request.headers[name]),
        body,
        giveNonce: edge.giveNonce,
      });
      const json = endpoint.takes === 'bytes' ? undefined : parseJson(body);
      validate('params', request.params);
      validate('query', request.query);
      if (endpoint.takes !== 'bytes') validate('body', json);
      // The schemas above have just made sure of these shapes.
      const parsed = {
        params: request.params,
        query: request.query,
        body: json,
        edge: Object.assign(edge, { signedBody: body }),
        ctx: { ...services, connector },
      } as unknown as RequestOf<Endpoint>;
      return options.answer(reply, endpoint, await handle(parsed));
    },
  });
}

/** A header that is there twice is none: nobody could say which of the two was signed. */
function oneValue(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw refuse('invalid_input', { cause });
  }
}
