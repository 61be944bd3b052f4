import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import { connectPinned, TimeoutError } from './certificate.ts';
import { authenticateMessage, negotiateMessage, readChallenge, splitUser } from './ntlmMessages.ts';
import type { Credentials, Transport, WireAnswer, WireCall } from './transport.ts';

export interface TransportSettings {
  /** `http://localhost:58454` or `https://<host>:58452`; nothing behind the port. */
  readonly origin: string;
  /** For https: the pin of the server's key, from `lookAtCertificate`. */
  readonly pin: string | null;
  readonly credentials: Credentials;
  /** Without a byte for so long, a call is given up. */
  readonly timeoutMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** `length` unpredictable bytes. */
  readonly randomBytes: (length: number) => Buffer;
}

export interface OpenedTransport {
  readonly send: Transport;
  /** Closes idle connections. */
  readonly close: () => void;
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

/**
 * HTTP/1.1 to one DATEVconnect: Basic or NTLM over HTTPS (58452) with a pinned key, NTLM over HTTP on the same machine (58454).
 *
 * @throws TypeError for settings that would show the password or the data to the network: http to another machine, Basic over
 * http, https without a pin
 */
export function openTransport(settings: TransportSettings): OpenedTransport {
  const origin = new URL(settings.origin);
  checkSettings(origin, settings);
  const lanes = createLanes(() => createAgent(origin, settings.pin));
  const { credentials } = settings;
  return {
    close: lanes.close,
    async send(call) {
      const lane = lanes.take();
      try {
        const answer =
          credentials.kind === 'basic'
            ? await sendOnce(origin, lane, call, settings.timeoutMs, basic(credentials))
            : await sendNtlm(origin, lane, call, settings);
        answer.once('close', () => lanes.giveBack(lane));
        return wireAnswer(answer);
      } catch (error) {
        lanes.giveBack(lane);
        throw error;
      }
    },
  };
}

function checkSettings(origin: URL, { credentials, pin }: TransportSettings): void {
  if (origin.protocol === 'https:') {
    if (pin === null) throw new TypeError('https needs the pin of the server’s key');
  } else if (origin.protocol !== 'http:') throw new TypeError('neither http nor https');
  else if (!loopback.test(origin.hostname)) throw new TypeError('http only on the same machine');
  else if (credentials.kind === 'basic') throw new TypeError('Basic would show the password over http');
}

type Agent = HttpAgent | HttpsAgent;

/**
 * One connection per lane: NTLM authenticates a connection, so its messages must not meet another call's. A lane is taken for one
 * call at a time and kept for the next.
 */
function createLanes(create: () => Agent) {
  const free: Agent[] = [];
  return {
    take: () => free.pop() ?? create(),
    giveBack: (agent: Agent) => void free.push(agent),
    close: () => {
      for (const agent of free.splice(0)) agent.destroy();
    },
  };
}

function createAgent(origin: URL, pin: string | null): Agent {
  const options = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  if (origin.protocol === 'http:' || pin === null) return new HttpAgent(options);
  const agent = new HttpsAgent(options);
  return Object.assign(agent, {
    createConnection(_options: unknown, done: (error: Error | null, socket?: Duplex) => void) {
      // Nothing is returned: the agent then waits for `done`, so that no request is written before the key was looked at.
      connectPinned(origin, pin).then((socket) => done(null, socket), done);
    },
  });
}

function basic({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

async function sendNtlm(
  origin: URL,
  lane: Agent,
  call: WireCall,
  { credentials, timeoutMs, now, randomBytes }: TransportSettings,
): Promise<IncomingMessage> {
  const first = await sendOnce(origin, lane, call, timeoutMs, ntlm(negotiateMessage()));
  const offered = challengeIn(first);
  if (first.statusCode !== 401 || offered === null) return first;
  for await (const _rest of first); // the connection is free only when the answer was read
  const challenge = readChallenge(offered);
  const who = { ...splitUser(credentials.user), password: credentials.password };
  return sendOnce(origin, lane, call, timeoutMs, ntlm(authenticateMessage(challenge, who, now(), randomBytes(8))));
}

function ntlm(message: Buffer): string {
  return `NTLM ${message.toString('base64')}`;
}

function challengeIn(answer: IncomingMessage): Buffer | null {
  const header = answer.headers['www-authenticate'] ?? '';
  const found = /\bNTLM ([A-Za-z0-9+/]+=*)/.exec(header)?.[1];
  return found === undefined ? null : Buffer.from(found, 'base64');
}

/** Sends one request. A kept connection that the server had closed meanwhile is replaced once, as nothing was read from it. */
async function sendOnce(
  origin: URL,
  agent: Agent,
  call: WireCall,
  timeoutMs: number,
  authorization: string,
): Promise<IncomingMessage> {
  const options: RequestOptions = {
    agent,
    host: origin.hostname,
    port: origin.port,
    path: call.path,
    headers: { host: origin.host, accept: call.accept, authorization },
    ...(call.signal === undefined ? {} : { signal: call.signal }),
  };
  const first = await attempt(origin, options, timeoutMs);
  if (!('stale' in first)) return first;
  const second = await attempt(origin, options, timeoutMs);
  if ('stale' in second) throw second.stale;
  return second;
}

function attempt(origin: URL, options: RequestOptions, timeoutMs: number): Promise<IncomingMessage | { stale: Error }> {
  return new Promise((resolve, reject) => {
    const request = (origin.protocol === 'https:' ? requestHttps : requestHttp)(options);
    let answer: IncomingMessage | null = null;
    request.setTimeout(timeoutMs, () => (answer ?? request).destroy(new TimeoutError()));
    request.once('response', (message) => {
      answer = message;
      resolve(message);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const closedMeanwhile = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (closedMeanwhile) resolve({ stale: error });
      else reject(error);
    });
    request.end();
  });
}

function wireAnswer(message: IncomingMessage): WireAnswer {
  return { status: message.statusCode ?? 0, headers: message.headers, body: message };
}
