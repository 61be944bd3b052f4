import { type ConnectionFile, connectorLink, linkPath } from '@bruecke/contract';
import { rawPublicKey } from '@bruecke/proof';
import { parseAs } from '../formats.ts';
import { type Pairing, writePairing } from '../store/pairing.ts';
import { openSecrets } from '../store/secrets.ts';
import type { World } from '../world.ts';
import { fingerprintOf } from './connectionFile.ts';
import type { SendToHub } from './hubRequest.ts';
import { makeKey, promoteKey } from './key.ts';
import { linkAnswer } from './link.ts';
import { linkErrorFor, linkErrorOf } from './linkError.ts';

export type PairResult = { ok: true; pairing: Pairing } | { ok: false; code: string; detail: string | null };

/**
 * Pairs with the hub of a Verbindungsdatei: makes a key pair here, sends its public half and the code, and stores the rest. What was paired
 * before stays as it is until the hub has taken the new key. Codes of a refusal: the hub's (`pairing_code_used` …) or `linkErrorCodes`.
 */
export async function pair(world: World, file: ConnectionFile, send: SendToHub): Promise<PairResult> {
  const secrets = openSecrets(world.folders, world.protection);
  const key = await makeKey(secrets, 'nextConnectorKey', world.randomBytes);
  const publicKey = rawPublicKey(key.public);
  const { name: machine, os } = world.machine;
  const body = { code: file.code, publicKey, machine, os, version: world.version };
  try {
    const answer = linkAnswer(
      await send({
        path: `/api/v1${linkPath}/pair`,
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(body)),
        signal: AbortSignal.timeout(60_000),
      }),
      world.now(),
    );
    if (!answer.ok) {
      const known = connectorLink.pair.errors.find((code) => code === answer.code);
      return known ? { ok: false, code: known, detail: null } : { ok: false, ...linkErrorFor(answer) };
    }
    const paired = parseAs(connectorLink.pair.answer, answer.json);
    const fingerprint = fingerprintOf(publicKey);
    if (paired === null) return { ok: false, code: 'hubStrange', detail: null };
    // Both sides show it, and a person compares: it must be made of the key that is really here.
    if (paired.fingerprint !== fingerprint) return { ok: false, code: 'hubStrange', detail: 'fingerprints differ' };
    const pairing: Pairing = {
      server: file.server,
      firmName: paired.firmName,
      connectorId: paired.connectorId,
      fingerprint,
      instanceKey: file.instanceKey,
      tls: file.tls,
      pairedAt: world.now().toISOString(),
    };
    await promoteKey(secrets);
    await writePairing(world.folders, pairing);
    return { ok: true, pairing };
  } catch (thrown) {
    return { ok: false, ...linkErrorOf(thrown) };
  }
}
