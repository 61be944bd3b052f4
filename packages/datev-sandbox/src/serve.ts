import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { controlAnswer } from './control/http.ts';
import { listen, originOf, stop } from './listening.ts';
import type { Sandbox } from './sandbox.ts';
import { type DatevSettings, sandboxSettings } from './settings.ts';
import type { Answer, Call } from './wire.ts';

/** Longer bodies are read to their end but not kept; DATEV refuses from 20 MB on anyway. */
const KEPT_BYTES = 25 * 1024 * 1024;

export type ServeOptions = {
  /** Default `127.0.0.1`. */
  host?: string;
  /** 0 (default) takes any free port. */
  port?: number;
  controlPort?: number;
};

export type SandboxServer = {
  /** Where a consumer finds the sandbox, also as single fields. */
  settings: DatevSettings;
  issuer: string;
  origin: string;
  controlUrl: string;
  /** Ends both servers and every open connection. */
  close(): Promise<void>;
};

/** Puts a sandbox behind two sockets: DATEV's side and, apart from it, the control API. */
export async function serve(sandbox: Sandbox, options: ServeOptions = {}): Promise<SandboxServer> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer(listener((call) => sandbox.answer(call)));
  const control = createServer(listener((call) => controlAnswer(sandbox, call)));
  const origin = originOf('http', host, await listen(server, host, options.port ?? 0));
  const controlPort = await listen(control, host, options.controlPort ?? 0).catch(async (error: unknown) => {
    await stop(server);
    throw error;
  });
  const controlUrl = originOf('http', host, controlPort);
  const settings = sandboxSettings(origin);
  return {
    settings,
    issuer: settings.issuer,
    origin,
    controlUrl,
    async close() {
      await Promise.all([stop(server), stop(control)]);
    },
  };
}

/** A handler of calls behind a socket. */
export function listener(answer: (call: Call) => Promise<Answer>): RequestListener {
  return (request, response) => {
    respond(answer, request, response).catch((error: unknown) => {
      // A cut connection is a fault on purpose, or the caller's own; anything else is a bug here and must be seen.
      const cut = error instanceof TypeError && error.message === 'fetch failed';
      if (!cut && !request.destroyed) console.error(error);
      request.socket.destroy();
    });
  };
}

async function respond(
  answer: (call: Call) => Promise<Answer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const address = `http://${request.headers.host ?? 'localhost'}${request.url ?? '/'}`;
  if (!URL.canParse(address)) {
    response.writeHead(400).end();
    return;
  }
  // The body is read first whatever the answer will be: answering earlier would break the caller's upload off.
  const body = await readBody(request);
  const given = await answer({
    method: request.method ?? 'GET',
    url: new URL(address),
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: async () => body,
  });
  const text = given.body ?? '';
  response.writeHead(given.status, { ...given.headers, 'content-length': Buffer.byteLength(text) });
  if (given.broken === true) response.write(text.slice(0, 1), () => request.socket.destroy());
  else response.end(text);
}

async function readBody(request: IncomingMessage): Promise<{ bytes: Buffer; truncated: boolean }> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length <= KEPT_BYTES) chunks.push(chunk);
    else chunks = [];
  }
  return { bytes: Buffer.concat(chunks), truncated: length > KEPT_BYTES };
}
