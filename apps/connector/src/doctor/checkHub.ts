import { linkPath } from '@bruecke/contract';
import { linkAnswer } from '../link/link.ts';
import { linkErrorFor, linkErrorOf } from '../link/linkError.ts';
import { openHub } from '../link/openHub.ts';
import type { Pairing } from '../store/pairing.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';

export type HubFinding = { code: string; detail: string | null };

/** More than this apart, and orders may look expired: they are good for an hour. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Whether the hub can be spoken to from here: name, way, TLS with its pin, an answer of its own, and the clocks. Empty: all is well. */
export async function checkHub(world: World, pairing: Pairing): Promise<HubFinding[]> {
  const { proxy } = await readSettings(world.folders);
  const hub = openHub(world, pairing, proxy);
  try {
    const answer = await hub.send({
      path: `/api/v1${linkPath}/nonce`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ connectorId: pairing.connectorId })),
      signal: AbortSignal.timeout(60_000),
    });
    const said = linkAnswer(answer, world.now());
    if (!said.ok) return [linkErrorFor(said)];
    if (answer.headers['replay-nonce'] === undefined) return [{ code: 'hubStrange', detail: null }];
    const apart = Date.parse(answer.headers.date ?? '') - world.now().getTime();
    if (Number.isNaN(apart) || Math.abs(apart) < CLOCK_TOLERANCE_MS) return [];
    return [{ code: 'clockWrong', detail: `${Math.round(apart / 1000)} s` }];
  } catch (thrown) {
    return [linkErrorOf(thrown)];
  } finally {
    hub.close();
  }
}
