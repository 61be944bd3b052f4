import { type Answer, type Call, emptyAnswer, jsonAnswer } from '../wire.ts';
import { BadInput } from './input.ts';

export type Input<S> = { sandbox: S; query: URLSearchParams; path: string[]; body: unknown };

/** `METHOD /path`, with `*` for each second segment, which is free. What a handler gives is the answer's JSON; nothing is 204. */
export type Routes<S> = Readonly<Record<string, (input: Input<S>) => unknown>>;

/** A control API. 400 with a sentence for bad input; changing calls need a JSON content type. */
export async function answerControl<S>(routes: Routes<S>, sandbox: S, call: Call): Promise<Answer> {
  const path = call.url.pathname.split('/').slice(1).map(decode);
  const handler = findHandler(routes, call.method, path);
  if (handler === undefined) return jsonAnswer(404, { error: 'no such control call' });
  const type = (call.header('content-type') ?? '').toLowerCase();
  // A web page can send simple posts to a local port, but none with this type unless the port agrees.
  if (call.method !== 'GET' && !type.startsWith('application/json')) {
    return jsonAnswer(415, { error: 'content-type must be application/json' });
  }
  try {
    const body = call.method === 'GET' ? undefined : parse((await call.body()).bytes);
    const result = await handler({ sandbox, query: call.url.searchParams, path, body });
    return result === undefined ? emptyAnswer(204) : jsonAnswer(200, result);
  } catch (error) {
    return jsonAnswer(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

function findHandler<S>(routes: Routes<S>, method: string, path: string[]): Routes<S>[string] | undefined {
  const exact = routes[`${method} /${path.join('/')}`];
  if (exact !== undefined) return exact;
  const pattern = path.map((segment, i) => (i % 2 === 1 ? '*' : segment)).join('/');
  return routes[`${method} /${pattern}`];
}

export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!/^\d{1,12}$/.test(value)) throw new BadInput(name);
  return Number(value);
}

export function text(body: unknown, name: string): string {
  const value = field(body, name);
  if (typeof value !== 'string') throw new BadInput(name);
  return value;
}

export function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null
    ? Object.entries(body).find(([key]) => key === name)?.[1]
    : undefined;
}

function parse(bytes: Buffer): unknown {
  return bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
