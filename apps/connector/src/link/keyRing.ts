import { rawPublicKey, type SigningKey } from '@bruecke/proof';
import { readPairing, writePairing } from '../store/pairing.ts';
import { openSecrets } from '../store/secrets.ts';
import type { World } from '../world.ts';
import { fingerprintOf } from './connectionFile.ts';
import type { SendToHub } from './hubRequest.ts';
import { keyChange, makeKey, promoteKey, readKey } from './key.ts';
import { createLink, type Link } from './link.ts';

/** The link as the present key signs it. */
export type KeyRing = Link & {
  /** Changes to a new key, as the hub asked for. False when the hub did not take it; it will ask again. */
  change: (signal: AbortSignal) => Promise<boolean>;
  /** After the hub refused the present key: goes on with the next one, if there is one. */
  useNext: () => Promise<boolean>;
};

/** @throws Error when there is no key pair: this machine has to be paired anew */
export async function openKeyRing(
  world: World,
  hub: { server: string; connectorId: string },
  send: SendToHub,
): Promise<KeyRing> {
  const secrets = openSecrets(world.folders, world.protection);
  const linkOf = (key: Parameters<typeof createLink>[0]['key']) => createLink({ ...hub, send, key, now: world.now });
  const present = await readKey(secrets, 'connectorKey');
  if (present === null) throw new Error('the key pair of this connector is missing: pair it anew');
  await showKey(world, hub.connectorId, present);
  let link = linkOf(present);

  async function useNext(): Promise<boolean> {
    const next = await readKey(secrets, 'nextConnectorKey');
    if (next === null) return false;
    await promoteKey(secrets);
    await showKey(world, hub.connectorId, next);
    link = linkOf(next);
    return true;
  }

  return {
    post: (...given) => link.post(...given),
    postJson: (...given) => link.postJson(...given),
    useNext,
    async change(signal) {
      // Stored before it is named: when the answer gets lost, `useNext` finds it.
      const next =
        (await readKey(secrets, 'nextConnectorKey')) ?? (await makeKey(secrets, 'nextConnectorKey', world.randomBytes));
      const answer = await link.postJson('/key', keyChange(hub.connectorId, next), signal);
      if (!answer.ok) return false;
      return useNext();
    },
  };
}

/** The fingerprint that people compare is that of the key in use, also when the program ended between the two files. */
async function showKey(world: World, connectorId: string, key: SigningKey): Promise<void> {
  const pairing = await readPairing(world.folders);
  const fingerprint = fingerprintOf(rawPublicKey(key.public));
  if (pairing?.connectorId === connectorId && pairing.fingerprint !== fingerprint)
    await writePairing(world.folders, { ...pairing, fingerprint });
}
