import type { AddressInfo, Server } from 'node:net';

/** Puts a server on a port; 0 takes any free one. Answers which it is. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A TCP server has an address of this form.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Ends a server and every open connection; one that does not listen is left as it is. */
export async function stop(server: Server & { closeAllConnections(): void }): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export const originOf = (scheme: 'http' | 'https', host: string, port: number) =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
