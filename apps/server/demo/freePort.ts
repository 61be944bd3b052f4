import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * The wanted port, or any other one where somebody listens on it. Any other one lies below those that systems give outgoing connections
 * (32768 on Linux): what is to listen there only in some seconds could otherwise find it taken by a call.
 */
export async function freePort(wanted = 0): Promise<number> {
  for (let port = wanted || anyPort(), tries = 1; ; port = anyPort(), tries += 1) {
    const failure = await tryPort(port);
    if (failure === null) return port;
    if (tries === 100) throw failure;
  }
}

const anyPort = () => randomInt(10_000, 32_768);

function tryPort(port: number): Promise<Error | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', done);
    server.listen(port, '127.0.0.1', () => server.close(() => done(null)));
  });
}
