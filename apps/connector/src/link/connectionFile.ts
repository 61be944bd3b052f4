import { createHash } from 'node:crypto';
import { type ConnectionFile, connectionFile, keyFingerprint, signingPurposes } from '@bruecke/contract';
import { parseProvenJson, verifyFor, verifyKeyFromRaw } from '@bruecke/proof';
import { parseAs } from '../formats.ts';

export type ReadConnectionFile =
  | { ok: true; file: ConnectionFile; instanceFingerprint: string }
  | { ok: false; code: 'notAConnectionFile' | 'signatureWrong' | 'expired' | 'addressRefused' };

/**
 * Reads a Verbindungsdatei and checks it: form, the signature with the key inside, its time, and that it names an https address (http on a
 * loopback host alone). The signature shows that the file is whole; whose key it is, a person compares by its fingerprint.
 */
export function readConnectionFile(text: string, now: Date): ReadConnectionFile {
  const parsed = parseProvenJson(text.replace(/^\uFEFF/, ''));
  const file = parsed.ok ? parseAs(connectionFile, parsed.value) : null;
  if (!parsed.ok || file === null) return { ok: false, code: 'notAConnectionFile' };
  if (!isSigned(parsed.value, file)) return { ok: false, code: 'signatureWrong' };
  if (Date.parse(file.expiresAt) <= now.getTime()) return { ok: false, code: 'expired' };
  if (!isAllowedAddress(file)) return { ok: false, code: 'addressRefused' };
  return { ok: true, file, instanceFingerprint: fingerprintOf(file.instanceKey) };
}

/** What is signed is everything in the file, also what this program does not know yet. */
function isSigned(value: unknown, file: ConnectionFile): boolean {
  const { signature: _signature, ...content } = Object(value);
  try {
    return verifyFor(signingPurposes.connectionFile, content, file.signature, verifyKeyFromRaw(file.instanceKey));
  } catch {
    return false;
  }
}

function isAllowedAddress({ server, tls }: ConnectionFile): boolean {
  if (!URL.canParse(server) || new URL(server).origin !== server) return false;
  const { protocol, hostname } = new URL(server);
  if (protocol === 'https:') return tls.kind !== 'none';
  return protocol === 'http:' && tls.kind === 'none' && isLoopback(hostname);
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(hostname);
}

/** Fingerprint of a raw public key (base64url) as people compare it on two screens. */
export function fingerprintOf(publicKey: string): string {
  return keyFingerprint(createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest());
}
