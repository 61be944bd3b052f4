import { createHash, X509Certificate } from 'node:crypto';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

/** Thrown when the server shows another key than the pinned one. Nothing was sent to it. */
export class CertificateError extends Error {
  readonly code = 'PINNED_CERTIFICATE_DIFFERS';

  constructor() {
    super('the server shows another key than the pinned one');
    this.name = 'CertificateError';
  }
}

/** Thrown when nothing came for too long. */
export class TimeoutError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('nothing came in time');
    this.name = 'TimeoutError';
  }
}

/** A server's certificate as a person is shown it before it is pinned. */
export interface SeenCertificate {
  /** SHA-256 of its SubjectPublicKeyInfo, base64: the pin. Survives a renewal with the same key. */
  readonly pin: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

/** What the server showed. Not `getPeerX509Certificate()`: in Node 20 its second call has nothing to give. */
function certificateOf(socket: TLSSocket): X509Certificate | null {
  const { raw } = socket.getPeerCertificate();
  return raw === undefined ? null : new X509Certificate(raw);
}

/** The SHA-256 of the key's DER SubjectPublicKeyInfo in base64 (RFC 7469's way to name a key). */
function pinOf(certificate: X509Certificate): string {
  const key = certificate.publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(key).digest('base64');
}

function tlsOptions(origin: URL): ConnectionOptions & { host: string; port: number } {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(origin.port || 443),
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    ALPNProtocols: ['http/1.1'],
    // The certificate is self-signed (onprem.md A.1): no authority can vouch for it, the pin does, before a byte is sent.
    rejectUnauthorized: false,
  };
}

/** A TLS connection to a server with the pinned key; anything else is closed before a byte was sent. */
export async function connectPinned(origin: URL, pin: string): Promise<TLSSocket> {
  const socket = await connected(origin);
  const certificate = certificateOf(socket);
  if (certificate !== null && pinOf(certificate) === pin) return socket;
  socket.destroy();
  throw new CertificateError();
}

/** Long enough for a busy server on the same machine or network. */
const CONNECT_TIMEOUT_MS = 15_000;

function connected(origin: URL): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls(tlsOptions(origin));
    const fail = (error: Error) => reject(error);
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy(new TimeoutError()));
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      resolve(socket);
    });
  });
}

/**
 * The certificate that a server shows now, for a person to look at and pin.
 *
 * @throws what the network throws
 */
export async function lookAtCertificate(origin: string): Promise<SeenCertificate> {
  const socket = await connected(new URL(origin));
  const certificate = certificateOf(socket);
  socket.destroy();
  if (certificate === null) throw new Error('the server shows no certificate');
  return {
    pin: pinOf(certificate),
    subject: certificate.subject,
    issuer: certificate.issuer,
    validTo: certificate.validTo,
  };
}
