import { createHash, X509Certificate } from 'node:crypto';
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect, type DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { TlsPin } from '@bruecke/contract';
import { HttpsProxyAgent } from 'https-proxy-agent';

/** Thrown when the hub's certificate is not one that the Verbindungsdatei lets pass. Nothing was sent. */
export class HubCertificateError extends Error {
  readonly code = 'HUB_CERTIFICATE_WRONG';

  constructor(reason: string) {
    super(reason);
    this.name = 'HubCertificateError';
  }
}

/**
 * Connections to the hub, kept open between requests, through a proxy if there is one (CONNECT: the proxy sees the address, nothing else).
 * Each is looked at before a byte is sent: the usual verification, and the pin besides.
 */
export function createHubAgent(server: string, tls: TlsPin, proxy: string | null): HttpAgent {
  // No session is taken up again: a resumed one shows no chain to look at.
  const options = { keepAlive: true, keepAliveMsecs: 15_000, maxSockets: 4, maxCachedSessions: 0 };
  if (tls.kind === 'none') return new HttpAgent(options);
  const trust = trustOf(tls);
  if (proxy === null) {
    return Object.assign(new HttpsAgent(options), {
      createConnection(_given: unknown, done: (error: Error | null, socket?: Duplex) => void) {
        looked(connect({ ...addressOf(server), ...trust }), tls).then((socket) => done(null, socket), done);
      },
    });
  }
  const agent = new HttpsProxyAgent(proxy, options);
  const connectThrough = agent.connect.bind(agent);
  return Object.assign(agent, {
    async connect(request: ClientRequest, given: Parameters<typeof connectThrough>[1]) {
      const socket = await connectThrough(request, Object.assign({ ...given }, trust));
      // Without TLS it is the proxy's own refusal, played back; there is no hub behind it.
      return socket instanceof TLSSocket ? looked(socket, tls) : socket;
    },
  });
}

function addressOf(server: string): ConnectionOptions & { host: string; port: number } {
  const { hostname, port } = new URL(server);
  const host = hostname.replace(/^\[|\]$/g, '');
  const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return { host, port: Number(port || 443), ...named, ALPNProtocols: ['http/1.1'] };
}

function trustOf(tls: TlsPin): ConnectionOptions {
  if (tls.kind === 'ca') return { ca: tls.pem, rejectUnauthorized: true };
  // Looked at below: a leaf that signed itself is no error when its key is the pinned one.
  return { rejectUnauthorized: false };
}

const CONNECT_TIMEOUT_MS = 20_000;

function looked(socket: TLSSocket, tls: TlsPin): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      socket.on('error', () => {}).destroy();
      const ofCertificate = 'code' in error && /CERT|SELF_SIGNED|UNABLE_TO/.test(String(error.code));
      reject(ofCertificate ? new HubCertificateError(error.message) : error);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () =>
      refuse(Object.assign(new Error('no TLS in time'), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', refuse);
    socket.once('secureConnect', () => {
      socket.off('error', refuse);
      socket.setTimeout(0).removeAllListeners('timeout');
      const reason = tls.kind === 'spki' ? pinProblem(socket, tls.sha256) : null;
      if (reason === null) resolve(socket);
      else refuse(new HubCertificateError(reason));
    });
  });
}

/**
 * Why this chain is not let through; null when it is. Verified as usual and with a pinned key somewhere above its leaf; or a leaf that
 * signed itself and is pinned itself.
 */
function pinProblem(socket: TLSSocket, pins: readonly string[]): string | null {
  const chain = chainOf(socket.getPeerCertificate(true));
  const [leaf] = chain;
  if (leaf === undefined) return 'no certificate';
  if (leaf.checkIssued(leaf) && leaf.verify(leaf.publicKey)) {
    return pins.includes(pinOf(leaf)) ? null : 'a self-signed certificate that is not the pinned one';
  }
  if (!socket.authorized) return String(socket.authorizationError);
  return chain.some((one) => pins.includes(pinOf(one))) ? null : 'no pinned key in the chain';
}

/** From the leaf up, each one's signature by the next checked: a certificate that merely lies beside does not count. */
function chainOf(peer: DetailedPeerCertificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let at: DetailedPeerCertificate | undefined = peer;
  while (at?.raw !== undefined && chain.length < 10) {
    const certificate = new X509Certificate(at.raw);
    const below = chain.at(-1);
    if (below !== undefined && !(below.checkIssued(certificate) && below.verify(certificate.publicKey))) break;
    if (below?.fingerprint256 === certificate.fingerprint256) break;
    chain.push(certificate);
    at = at.issuerCertificate;
  }
  return chain;
}

function pinOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(key).digest('base64');
}
