import { createServer as createHttp, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listen, originOf, stop } from '../listening.ts';
import { createRandom } from '../random.ts';
import { listener as callListener } from '../serve.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import { certificate } from './certificate.ts';
import { onPremControlAnswer } from './controlHttp.ts';
import type { OnPremSandbox } from './sandbox.ts';

export type OnPremServeOptions = {
  /** HTTPS; DATEV's own is 58452. 0 (default) takes any free port. */
  port?: number;
  /** HTTP for callers on the same machine; DATEV's own is 58454. */
  httpPort?: number;
  controlPort?: number;
  /** Milliseconds since 1970, told in NTLM challenges; without it they tell no time. */
  clock?: () => number;
};

export type OnPremServer = {
  /** `https://localhost:…`: Basic or NTLM, a self-signed certificate. */
  readonly origin: string;
  /** `http://localhost:…`: NTLM alone. */
  readonly httpOrigin: string;
  /** The control API, on a port of its own that stays open. */
  readonly controlUrl: string;
  /** PEM, to be pinned. */
  readonly certificate: string;
  /** Ends both sides and every open connection. */
  close(): Promise<void>;
  /** The DATEV program is closed, and opened again, on the same ports. */
  setClosed(closed: boolean): Promise<void>;
};

/** Puts the sandbox behind two sockets of this machine, as DATEVconnect listens (onprem.md A.1), and its control API behind a third. */
export async function serveOnPrem(sandbox: OnPremSandbox, options: OnPremServeOptions = {}): Promise<OnPremServer> {
  const { clock } = options;
  const random = createRandom(sandbox.user, 'challenges');
  const chance = { nonce: () => random.bytes(8), now: () => clock?.() ?? null };
  const behind = (offered: 'basic' | 'ntlm') => listener(sandbox, createAuthenticate(sandbox, offered, chance));
  const [overHttps, overHttp] = [behind('basic'), behind('ntlm')];
  const open = () => [createHttps(certificate, overHttps), createHttp(overHttp)] as const;
  let servers = open();
  const ports = await listenOnBoth(servers, [options.port ?? 0, options.httpPort ?? 0]);
  const closeBoth = async () => void (await Promise.all(servers.map(stop)));
  const setClosed = async (closed: boolean) => {
    sandbox.control.state.closed = closed;
    if (closed) return closeBoth();
    if (servers.some((server) => server.listening)) return;
    servers = open();
    await listenOnBoth(servers, ports);
  };
  const controlled = { control: sandbox.control, setClosed };
  const control = createHttp(callListener((call) => onPremControlAnswer(controlled, call)));
  const controlPort = await listen(control, '127.0.0.1', options.controlPort ?? 0).catch(async (error: unknown) => {
    await closeBoth();
    throw error;
  });
  return {
    origin: originOf('https', 'localhost', ports[0]),
    httpOrigin: originOf('http', 'localhost', ports[1]),
    controlUrl: originOf('http', '127.0.0.1', controlPort),
    certificate: certificate.cert,
    close: async () => void (await Promise.all([closeBoth(), stop(control)])),
    setClosed,
  };
}

type Servers = readonly [https: Parameters<typeof stop>[0], http: Parameters<typeof stop>[0]];

/** Both, or none. */
async function listenOnBoth([https, http]: Servers, ports: readonly [number, number]): Promise<[number, number]> {
  const port = await listen(https, '127.0.0.1', ports[0]);
  const httpPort = await listen(http, '127.0.0.1', ports[1]).catch(async (error: unknown) => {
    await stop(https);
    throw error;
  });
  return [port, httpPort];
}

function listener(sandbox: OnPremSandbox, authenticate: Authenticate): RequestListener {
  return (request, response) => {
    if (!authenticate(request, response)) return;
    respond(sandbox, request, response).catch((error: unknown) => {
      // A caller that goes away is no error; anything else is a bug here and must be seen.
      if (!response.destroyed && !request.destroyed) console.error(error);
      response.destroy();
    });
  };
}

async function respond(sandbox: OnPremSandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await sandbox.answer({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'https://localhost'),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  });
  response.writeHead(answer.status, answer.headers);
  await pipeline(Readable.from(asBytes(sandbox.whileTaken(answer.body))), response);
}

/** A text would be measured anew by each layer that it goes through. */
function* asBytes(pieces: Iterable<string>): Generator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}
