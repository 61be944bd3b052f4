import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredActor } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { cancelOrders } from '../connectors/index.ts';
import { queueRevocation } from '../grants/index.ts';
import { type EndingEngagement, hangsOnFirm } from './hangsOnFirm.ts';

/**
 * Severs every living connection of a Mandant that hangs on the firm; queues the revocation of tokens at DATEV and ends the connector's
 * orders. Part of a cut, in its transaction, with the sight of the Mandant's jobs; the deliveries are ended by the caller.
 */
export async function severConnections(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; engagement: EndingEngagement; at: Date; actor: StoredActor },
): Promise<{ connectionIds: Id[]; grants: number; recorded: { id: Id; kind: 'connection.severed' }[] }> {
  const { mandantId, engagement, at } = input;
  await holdConnections(tx, mandantId);
  const severed = await tx
    .updateTable('connections')
    .set({ severed_at: at, switched_on: false, retry_at: null })
    .where('mandant_id', '=', mandantId)
    .where(hangsOnFirm(engagement))
    .where('severed_at', 'is', null)
    .returning(['id', 'channel', 'consultant_number', 'mandant_number'])
    .execute();
  let grants = 0;
  const recorded: { id: Id; kind: 'connection.severed' }[] = [];
  for (const connection of severed) {
    const valid = await tx
      .selectFrom('grants')
      .select('id')
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connection.id)
      .where('state', '=', 'valid')
      .execute();
    grants += valid.length;
    await queueRevocation(tx, { mandantId, grantIds: valid.map((grant) => grant.id) });
    recorded.push(
      await recordHistory(tx, services, {
        at,
        kind: 'connection.severed',
        actor: input.actor,
        subject: { mandantId, connectionId: connection.id },
        data: {
          channel: connection.channel,
          consultantNumber: connection.consultant_number,
          mandantNumber: connection.mandant_number,
          grants: valid.length,
        },
        mandantIds: [mandantId],
        firmIds: [engagement.firmId],
      }),
    );
  }
  await abandonSignIns(tx, mandantId);
  await cancelOrders(tx, services, { mandantId });
  await withdrawRequests(tx, mandantId, at);
  return { connectionIds: severed.map((row) => row.id), grants, recorded };
}

/** A consent that is just being stored holds its connection: what hangs on whom is looked at when that is over. */
async function holdConnections(tx: Tx, mandantId: Id): Promise<void> {
  await tx
    .selectFrom('connections')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where('severed_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** A sign-in at DATEV under way when the link ends can't be completed; its session token is revoked by the sweep. */
async function abandonSignIns(tx: Tx, mandantId: Id): Promise<void> {
  await tx
    .updateTable('datev_sign_ins')
    .set({ step: 'failed', state_hash: null, failure: JSON.stringify({ code: 'connection_severed', helpUrl: null }) })
    .where('mandant_id', '=', mandantId)
    .where('step', 'in', ['session', 'choosing', 'consent'])
    .execute();
}

/** A binding that waits for its second confirmation was asked under the Kanzleiverbindung that ends. */
async function withdrawRequests(tx: Tx, mandantId: Id, at: Date): Promise<void> {
  await tx
    .updateTable('binding_requests')
    .set({ withdrawn_at: at })
    .where('mandant_id', '=', mandantId)
    .where('confirmed_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
}
