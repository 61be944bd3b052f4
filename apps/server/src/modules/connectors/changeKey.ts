import { signingPurposes } from '@bruecke/contract';
import { verifyFor, verifyKeyFromRaw } from '@bruecke/proof';
import type { ConnectorCtx } from '../../context.ts';
import { recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { fingerprintOf } from './pair.ts';
import { tellConnector } from './tell.ts';

/**
 * Takes a connector's new key: asked for by an admin, the request signed with the old key, `proof` with the new one. The old key ends with
 * this transaction. The confirmation stays: whoever had the old key could have gone on with it as well; against one that leaked only
 * revoking helps.
 */
export async function changeKey(ctx: ConnectorCtx, input: { publicKey: string; proof: string }) {
  const { id: connectorId, firmId } = ctx.connector;
  const { publicKey } = input;
  const proven = verifyFor(
    signingPurposes.connectorKey,
    { connectorId, publicKey },
    input.proof,
    verifyKeyFromRaw(publicKey),
  );
  if (!proven) throw refuse('key_change_refused');
  return ctx.withTenant({ as: 'connector', connectorId }, async (tx) => {
    const at = ctx.now();
    const fingerprint = fingerprintOf(publicKey);
    const before = await tx
      .selectFrom('connectors')
      .select(['fingerprint', 'key_change_asked_at', 'machine'])
      .where('id', '=', connectorId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (!before.key_change_asked_at || before.fingerprint === fingerprint) throw refuse('key_change_refused');
    await tx
      .updateTable('connectors')
      .set({
        public_key: publicKey,
        fingerprint,
        key_since: at,
        key_change_asked_at: null,
        key_change_asked_by: null,
      })
      .where('id', '=', connectorId)
      .execute();
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.keyRotated',
      actor: { type: 'connector', id: connectorId },
      subject: { firmId, connectorId },
      data: { fingerprint, before: before.fingerprint },
      people: [{ label: 'machine', value: before.machine }],
      firmIds: [firmId],
    });
    await tellConnector(tx, connectorId);
    return { answer: { fingerprint }, history };
  });
}
