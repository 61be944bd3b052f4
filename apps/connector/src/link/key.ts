import { signingPurposes } from '@bruecke/contract';
import { rawPublicKey, type SigningKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import type { Secrets } from '../store/secrets.ts';

/** A new key pair, made on this machine. Its seed is kept among the secrets under the given name. */
export async function makeKey(
  secrets: Secrets,
  name: 'connectorKey' | 'nextConnectorKey',
  randomBytes: (length: number) => Buffer,
): Promise<SigningKey> {
  const seed = randomBytes(32);
  await secrets.write(name, seed);
  return signingKeyFromSeed(seed);
}

/** The key pair under this name; null when there is none. */
export async function readKey(secrets: Secrets, name: 'connectorKey' | 'nextConnectorKey'): Promise<SigningKey | null> {
  const seed = await secrets.read(name);
  return seed === null ? null : signingKeyFromSeed(seed);
}

/** The next key takes the present one's place. */
export async function promoteKey(secrets: Secrets): Promise<void> {
  const next = await secrets.read('nextConnectorKey');
  if (next === null) return;
  await secrets.write('connectorKey', next);
  await secrets.remove('nextConnectorKey');
}

/** What asks the hub to take the new key: signed by it, to show that it is held here. */
export function keyChange(connectorId: string, next: SigningKey): { publicKey: string; proof: string } {
  const publicKey = rawPublicKey(next.public);
  return { publicKey, proof: signFor(signingPurposes.connectorKey, { connectorId, publicKey }, next) };
}
