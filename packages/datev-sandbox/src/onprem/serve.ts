import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { certificate } from './certificate.ts';
import type { OnPremSandbox } from './sandbox.ts';

export type OnPremServer = {
  /** `https://localhost:…`, Basic, self-signed; DATEV's own port is 58452. */
  readonly origin: string;
  /** PEM, to be pinned. */
  readonly certificate: string;
  /** Ends the server and every open connection. */
  close(): Promise<void>;
  /** The DATEV program is closed, and opened again, on the same port. */
  setClosed(closed: boolean): Promise<void>;
};

/** Puts the sandbox behind HTTPS with Basic, as DATEVconnect listens for remote callers (onprem.md A.1). @param port 0 takes any free one */
export async function serveOnPrem(sandbox: OnPremSandbox, options: { port?: number } = {}): Promise<OnPremServer> {
  const listener: RequestListener = (request, response) => {
    respond(sandbox, request, response).catch(() => response.destroy());
  };
  let server: Server & { closeAllConnections(): void } = createHttps(certificate, listener);
  const port = await listen(server, options.port ?? 0);
  const close = async () => {
    if (!server.listening) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  };
  return {
    origin: `https://localhost:${port}`,
    certificate: certificate.cert,
    close,
    async setClosed(closed) {
      sandbox.control.state.closed = closed;
      if (closed) return close();
      if (server.listening) return;
      server = createHttps(certificate, listener);
      await listen(server, port);
    },
  };
}

async function respond(sandbox: OnPremSandbox, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isUser(sandbox, request.headers.authorization)) {
    response.writeHead(401, { 'www-authenticate': ['Negotiate', 'NTLM', 'Basic realm="DATEV"'] }).end();
    return;
  }
  const answer = await sandbox.answer({
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'https://localhost'),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
  });
  response.writeHead(answer.status, answer.headers);
  await pipeline(Readable.from(answer.body), response);
}

function isUser(sandbox: OnPremSandbox, authorization: string | undefined): boolean {
  const expected = Buffer.from(`Basic ${Buffer.from(`${sandbox.user}:${sandbox.password}`).toString('base64')}`);
  const given = Buffer.from(authorization ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // A TCP server has an address of this form.
      resolve((server.address() as AddressInfo).port);
    });
  });
}
