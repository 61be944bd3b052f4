import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredActor } from '../../db/moduleTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { queueRevocation } from '../grants/index.ts';

/**
 * Severs every living connection of a Mandant whose dataset carries the consultant number, whoever consented, and queues
 * the revocation of its tokens at DATEV. Part of a cut, in its transaction; the deliveries are ended by the caller.
 */
export async function severConnections(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; consultantNumber: number; at: Date; actor: StoredActor; firmIds?: readonly Id[] },
): Promise<{ connectionIds: Id[]; grants: number; recorded: { id: Id; kind: 'connection.severed' }[] }> {
  const { mandantId, at } = input;
  const severed = await tx
    .updateTable('connections')
    .set({ severed_at: at, switched_on: false, retry_at: null })
    .where('mandant_id', '=', mandantId)
    .where('consultant_number', '=', input.consultantNumber)
    .where('severed_at', 'is', null)
    .returning(['id', 'consultant_number', 'mandant_number'])
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
          consultantNumber: connection.consultant_number,
          mandantNumber: connection.mandant_number,
          grants: valid.length,
        },
        mandantIds: [mandantId],
        firmIds: [...(input.firmIds ?? [])],
      }),
    );
  }
  await abandonSignIns(tx, mandantId);
  return { connectionIds: severed.map((row) => row.id), grants, recorded };
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
