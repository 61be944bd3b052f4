import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stylesheet } from './page.ts';

export type StatusServer = { url: string; close: () => Promise<void> };

/**
 * The status page on this machine's loopback address only. A page from elsewhere cannot reach it by a name that points here (the Host header
 * must be this very address), cannot read it (no CORS), and there is nothing that a request could change.
 *
 * @param page makes the page anew for each request
 * @throws when the port is taken
 */
export async function serveStatus(port: number, page: () => Promise<string>): Promise<StatusServer> {
  const server = createServer((request, response) => {
    answer(request, response, page).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  // What is opened and forgotten does not stay.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 20;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://127.0.0.1:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, page: () => Promise<string>): Promise<void> {
  if (!isOurs(request)) return void response.writeHead(421).end();
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return void response.writeHead(405, { allow: 'GET' }).end();
  if (request.url !== '/') return void response.writeHead(404).end();
  response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
  response.end(request.method === 'HEAD' ? undefined : await page());
}

function isOurs({ headers: { host }, socket }: IncomingMessage): boolean {
  return host === `127.0.0.1:${socket.localPort}` || host === `localhost:${socket.localPort}`;
}

const styleHash = createHash('sha256').update(stylesheet).digest('base64');

const headers = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'`,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
