import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordLoss } from '../grants/index.ts';
import { fail, type SignInRow } from './signInRow.ts';

/** After its end, for how long the calls of a consent that came back at the last moment may still go on (revokePresent, redeeming, check). */
const callsMs = 10 * 60_000;

/** A consent that came back and was never brought to an end: the process died over it, or the database was away. */
function isCutOff({ mode, step, secrets }: SignInRow): boolean {
  return mode === 'longTerm' && step === 'consent' && secrets === null;
}

/** Whether a consent that ran out may still be at work. */
export function mayGoOn(signIn: SignInRow, now: Date): boolean {
  return isCutOff(signIn) && now.getTime() < signIn.expires_at.getTime() + callsMs;
}

/** The present consent had ended for one that was cut off: told as `completeConsent` would have told it. Safe to repeat. */
export async function tellCutOff(tx: Tx, services: Services, signIn: SignInRow): Promise<void> {
  const { mandant_id: mandantId, connection_id: connectionId } = signIn;
  if (!isCutOff(signIn) || !connectionId) return;
  const grants = await tx
    .selectFrom('grants')
    .innerJoin('connections', (join) =>
      join
        .onRef('connections.mandant_id', '=', 'grants.mandant_id')
        .onRef('connections.id', '=', 'grants.connection_id'),
    )
    .select(['grants.id', 'grants.state', 'grants.lost_reason', 'grants.lost_at', 'grants.granted_by'])
    .where('grants.mandant_id', '=', mandantId)
    .where('grants.connection_id', '=', connectionId)
    .where('connections.severed_at', 'is', null)
    .execute();
  if (grants.some(({ state }) => state === 'valid')) return;
  const ended = grants.find(
    ({ lost_reason, lost_at }) => lost_reason === 'replaced' && lost_at !== null && lost_at >= signIn.created_at,
  );
  if (!ended) return;
  const told = await tx
    .selectFrom('mandant_history')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where('kind', '=', 'connection.authorisationLost')
    .where('at', '>=', signIn.created_at)
    .execute();
  if (told.length > 0) return;
  await fail(tx, signIn, 'renewal_failed', null);
  await recordLoss(tx, services, {
    mandantId,
    connectionId,
    grantId: ended.id,
    grantedBy: ended.granted_by,
    reason: 'replaced',
    actor: { type: 'rule', name: 'forwarding' },
  });
}
