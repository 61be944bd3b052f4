import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import { onTestFinished } from 'vitest';
import { certificates } from './certificates.ts';

/** A server on a free port of this machine, closed when the test is over. */
async function listening(server: Server, close: () => void, scheme: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    close();
    await closed;
  });
  // AddressInfo as it listens on TCP.
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function httpServer(listener: RequestListener): Promise<string> {
  const server = createHttp(listener);
  return listening(server, () => server.closeAllConnections(), 'http');
}

export function httpsServer(listener: RequestListener, which: keyof typeof certificates = 'one'): Promise<string> {
  const server = createHttps(certificates[which], listener);
  return listening(server, () => server.closeAllConnections(), 'https');
}

/** Takes connections and cuts them at the first byte, as http.sys does with callers from other machines. */
export function resettingServer(): Promise<string> {
  const server = createTcp((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.resetAndDestroy());
  });
  return listening(server, () => {}, 'http');
}
