import { createHash, X509Certificate } from 'node:crypto';
import type { TlsPin } from '@bruecke/contract';
import { refuse } from '../../refusal.ts';

/** What the configuration says about the certificate of the public address. */
export type ConfiguredPin = { ca: string } | { spki: readonly string[] } | null;

/**
 * The chain that a TLS server shows, leaf first, and whether its leaf was verified with this machine's CAs; each certificate in DER. Rejects where
 * no TLS connection comes about.
 */
export type ReadChain = (address: { host: string; port: number }) => Promise<{ chain: Buffer[]; trusted: boolean }>;

/**
 * What a Verbindungsdatei pins. As configured; else the keys of all CAs above the leaf of the public address, as leaves are changed every few
 * weeks and issuing CAs now and then; of a leaf only where it signed itself. A chain that this machine does not trust is not pinned: somebody
 * in between could be meant. http addresses are of this machine alone (config.ts) and have nothing to pin.
 */
export async function readTlsPin(given: {
  publicUrl: string;
  configured: ConfiguredPin;
  readChain: ReadChain;
}): Promise<TlsPin> {
  const { configured } = given;
  const url = new URL(given.publicUrl);
  if (url.protocol === 'http:') return { kind: 'none' };
  if (configured && 'ca' in configured) return { kind: 'ca', pem: configured.ca };
  if (configured) return { kind: 'spki', sha256: [...configured.spki] };
  const address = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 443) };
  const { chain, trusted } = await given.readChain(address).catch((cause: unknown) => {
    throw refuse('public_certificate_unreadable', { cause });
  });
  const pins = pinsOf(chain, trusted);
  if (pins.length === 0) throw refuse('public_certificate_unreadable');
  return { kind: 'spki', sha256: pins };
}

function pinsOf(chain: readonly Buffer[], trusted: boolean): string[] {
  const [leaf, ...issuers] = chain.map((der) => new X509Certificate(der));
  if (!leaf) return [];
  if (leaf.checkIssued(leaf) && leaf.verify(leaf.publicKey)) return [spkiPin(leaf)];
  return trusted ? [...new Set(issuers.map(spkiPin))] : [];
}

function spkiPin(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(spki).digest('base64');
}
