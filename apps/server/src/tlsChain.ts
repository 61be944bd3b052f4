import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate } from 'node:tls';

/** Longer than any handshake that works. */
const patienceMs = 10_000;

/**
 * The certificates that a TLS server shows, leaf first, each in DER, and whether they lead to a CA that this machine trusts, for this name. Nothing
 * is sent. Rejects where no connection comes about.
 */
export function readTlsChain(address: { host: string; port: number }): Promise<{ chain: Buffer[]; trusted: boolean }> {
  return new Promise((resolve, reject) => {
    // Not refused here: whether an untrusted leaf signed itself is for the caller to look at.
    const name = isIP(address.host) ? {} : { servername: address.host };
    const socket = connect({ ...address, ...name, rejectUnauthorized: false, timeout: patienceMs });
    socket.once('secureConnect', () => {
      const found = { chain: chainOf(socket.getPeerCertificate(true)), trusted: socket.authorized };
      socket.destroy();
      resolve(found);
    });
    socket.once('timeout', () => socket.destroy(new Error('no TLS handshake within ten seconds')));
    // Every one: an error without a listener would end the process.
    socket.on('error', reject);
  });
}

function chainOf(leaf: DetailedPeerCertificate): Buffer[] {
  const chain: Buffer[] = [];
  // The last one names itself as its issuer.
  for (let one: DetailedPeerCertificate | undefined = leaf; one?.raw; one = one.issuerCertificate) {
    if (chain.some((known) => known.equals(one?.raw ?? Buffer.alloc(0)))) break;
    chain.push(one.raw);
  }
  return chain;
}
