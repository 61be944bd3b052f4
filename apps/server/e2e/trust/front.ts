import { request as requestHttp } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { ca, hub, stranger } from '../../../connector/test/certificates.ts';

/** Changes an answer of the hub, as somebody could who has taken it over; null leaves it as it is. */
export type Forge = (path: string, answer: Record<string, unknown>) => Record<string, unknown> | null;

/** What stands in front of the hub under its public address: HTTPS, with the right certificate or a stranger's, and a hand in the answers. */
export type Front = {
  readonly url: string;
  /** CA of the right certificate. */
  readonly ca: string;
  upstream: string;
  forge: Forge;
  /** Paths that came, without the address. */
  readonly asked: string[];
  showStrangersCertificate(on: boolean): void;
  stop(): Promise<void>;
};

export async function startFront(): Promise<Front> {
  const asked: string[] = [];
  const front = { upstream: '', forge: (() => null) as Forge };
  const server = createSecureServer({ key: hub.key, cert: hub.cert }, (request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const { method, headers } = request;
    const onward = requestHttp(new URL(path, front.upstream), { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = forged(Buffer.concat(chunks), (json) => front.forge(path, json));
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'content-length': body.length }).end(body);
      });
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  // Those in the middle of their handshake, too: they would go on with the certificate before.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const port = await listen(server);
  return Object.assign(front, {
    url: `https://localhost:${port}`,
    ca,
    asked,
    showStrangersCertificate(on: boolean) {
      server.setSecureContext(on ? { key: stranger.key, cert: stranger.cert } : { key: hub.key, cert: hub.cert });
      if (on) closeAll();
    },
    async stop() {
      closeAll();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function forged(body: Buffer, forge: (json: Record<string, unknown>) => Record<string, unknown> | null): Buffer {
  const text = body.toString('utf8');
  if (!text.startsWith('{')) return body;
  // It begins like an object, and the hub answers nothing but JSON.
  const changed = forge(JSON.parse(text) as Record<string, unknown>);
  return changed ? Buffer.from(JSON.stringify(changed)) : body;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // A TCP server has an address of this form.
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
