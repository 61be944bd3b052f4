import { allEndpoints, type Endpoint, problem } from '@bruecke/contract';
import { errorCodes } from '@bruecke/model';

/** The OpenAPI 3.1 document, made from the contract; nothing about the API is written down twice. */
export function openApiDocument(version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { name, endpoint } of allEndpoints()) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(name, endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Brücke', version, license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' } },
    servers: [{ url: '/api/v1' }],
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-bruecke',
          description: 'Writing requests also need the header x-csrf-token.',
        },
        connector: {
          type: 'http',
          scheme: 'signature',
          description:
            'HTTP message signature (RFC 9421) with the connector’s key and a nonce from the header Replay-Nonce.',
        },
        apiKey: { type: 'http', scheme: 'bearer', description: 'Personal API key, bound to one Mandant.' },
      },
    },
  };
}

function operationOf(name: string, endpoint: Endpoint): Record<string, unknown> {
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    security: securityOf(endpoint),
    'x-access': endpoint.access,
    'x-history': endpoint.history,
    ...(endpoint.fresh ? { 'x-fresh-sign-in': true } : {}),
    parameters: [...parametersOf(endpoint, 'params', 'path'), ...parametersOf(endpoint, 'query', 'query')],
    ...requestBodyOf(endpoint),
    responses: { [String(endpoint.status ?? 200)]: successOf(endpoint), default: problemAnswer(endpoint) },
  };
}

function securityOf({ access, apiKey }: Endpoint): Record<string, never[]>[] {
  if (access.who === 'anyone') return [];
  if (access.who === 'connector') return [{ connector: [] }];
  return [{ session: [] }, ...(apiKey ? [{ apiKey: [] }] : [])];
}

function parametersOf(endpoint: Endpoint, part: 'params' | 'query', where: 'path' | 'query'): unknown[] {
  const schema = endpoint[part];
  if (!schema) return [];
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (schema.required ?? []).includes(name),
    schema: property,
  }));
}

function requestBodyOf(endpoint: Endpoint): Record<string, unknown> {
  if (endpoint.takes === 'bytes')
    return {
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    };
  return endpoint.body
    ? { requestBody: { required: true, content: { 'application/json': { schema: endpoint.body } } } }
    : {};
}

function successOf(endpoint: Endpoint): Record<string, unknown> {
  if (endpoint.gives === 'file')
    return { description: 'The file', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } };
  if (endpoint.gives === 'events')
    return { description: 'Server-sent events', content: { 'text/event-stream': { schema: { type: 'string' } } } };
  if (endpoint.gives === 'redirect')
    return { description: 'Leads on', headers: { Location: { schema: { type: 'string' } } } };
  if (!endpoint.answer) return { description: 'Done' };
  return { description: 'Done', content: { 'application/json': { schema: endpoint.answer } } };
}

function problemAnswer(endpoint: Endpoint): Record<string, unknown> {
  const own = (endpoint.errors ?? []).map(
    (code) => `${code} (${errorCodes[code].status}): ${errorCodes[code].title.en}`,
  );
  return {
    description: ['Problem details (RFC 9457) with a stable code', ...own].join('\n\n'),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
