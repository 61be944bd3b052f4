import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** One POST to the hub. `path` begins with `/api/v1`. */
export type HubCall = {
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  signal: AbortSignal;
};

export type HubAnswer = {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
};

/** Sends one call. Throws what the network throws. */
export type SendToHub = (call: HubCall) => Promise<HubAnswer>;

/** A poll waits up to 25 s at the hub; a part may take its time to be stored. */
const SILENCE_MS = 90_000;
/** The hub's answers are small: at most eight orders. */
const ANSWER_LIMIT = 16 * 1024 * 1024;

/** Requests to a hub over the given connections. A kept connection that was closed meanwhile is replaced once. */
export function createSender(server: string, agent: Agent): SendToHub {
  return async (call) => {
    const first = await attempt(server, agent, call);
    if (!('stale' in first)) return read(first);
    const second = await attempt(server, agent, call);
    if ('stale' in second) throw second.stale;
    return read(second);
  };
}

function attempt(server: string, agent: Agent, call: HubCall): Promise<IncomingMessage | { stale: Error }> {
  return new Promise((resolve, reject) => {
    const url = new URL(call.path, server);
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      agent,
      headers: { ...call.headers, 'content-length': call.body.length },
      signal: call.signal,
    });
    let answer: IncomingMessage | null = null;
    request.setTimeout(SILENCE_MS, () =>
      (answer ?? request).destroy(Object.assign(new Error('the hub is silent'), { code: 'ETIMEDOUT' })),
    );
    request.once('response', (message) => {
      answer = message;
      resolve(message);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const closedMeanwhile = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (closedMeanwhile && !call.signal.aborted) resolve({ stale: error });
      else reject(error);
    });
    request.end(call.body);
  });
}

async function read(message: IncomingMessage): Promise<HubAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    length += chunk.length;
    if (length > ANSWER_LIMIT) throw new Error('the hub’s answer is too long');
    chunks.push(chunk);
  }
  return { status: message.statusCode ?? 0, headers: message.headers, body: Buffer.concat(chunks).toString('utf8') };
}
