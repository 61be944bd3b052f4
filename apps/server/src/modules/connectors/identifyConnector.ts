import { createHash, verify } from 'node:crypto';
import { contentDigest, parseSignature, parseSignatureInput, signatureBase, signatureParams } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { verifyKeyFromRaw } from '@bruecke/proof';
import type { ConnectorCaller, Services } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { isGoodNonce, newNonce, useNonce } from './nonces.ts';
import { noteRefusal, type RefusalReason } from './noteRefusal.ts';

/** A request as it came over the wire. `pathAndQuery` as sent, `body` as sent (compressed where it is). */
export type SignedRequest = {
  method: string;
  pathAndQuery: string;
  header(name: string): string | undefined;
  body: Buffer;
  /** Puts `Replay-Nonce` on the answer, whatever it will be. */
  giveNonce(nonce: string): void;
};

/**
 * Whose signed request this is (RFC 9421 in the one form of contract/connectorSignature.ts). Refuses with `signature_refused`,
 * `digest_mismatch`, `bad_nonce`, `connector_revoked`; what hints at somebody else trying is told to the firm.
 * The nonce is used up in the transaction that finds it unused, so of two equal requests one passes, whichever process gets it.
 */
export async function identifyConnector(services: Services, request: SignedRequest): Promise<ConnectorCaller> {
  const params = parseSignatureInput(request.header('signature-input') ?? '');
  const signature = parseSignature(request.header('signature') ?? '');
  if (!params || !signature) throw refuse('signature_refused');
  const { connectorId, nonce } = params;
  request.giveNonce(newNonce(services, connectorId));
  const digest = contentDigest(createHash('sha256').update(request.body).digest('base64'));
  if (request.header('content-digest') !== digest) throw refuse('digest_mismatch');
  if (!isGoodNonce(services, connectorId, nonce)) throw refuse('bad_nonce');
  const base = signatureBase({
    method: request.method,
    targetUri: `${services.settings.publicUrl}${request.pathAndQuery}`,
    contentDigest: digest,
    params: signatureParams(params),
  });
  const found = await services.withTenant({ as: 'connector', connectorId }, async (tx) => {
    const row = await tx
      .selectFrom('connectors')
      .select(['firm_id', 'public_key', 'machine', 'revoked_at'])
      .where('id', '=', connectorId)
      .executeTakeFirst();
    if (!row) return null;
    if (!isSignedBy(row.public_key, base, signature)) return { ...row, refused: 'signature' as const };
    if (row.revoked_at) return { ...row, refused: 'revoked' as const };
    return { ...row, refused: (await useNonce(tx, services, nonce)) ? null : ('replayed' as const) };
  });
  if (!found) throw refuse('connector_revoked');
  if (found.refused) {
    await tell(services, connectorId, found, found.refused);
    throw refuse(codes[found.refused]);
  }
  return { id: connectorId, firmId: found.firm_id };
}

const codes = {
  signature: 'signature_refused',
  revoked: 'connector_revoked',
  replayed: 'bad_nonce',
} as const satisfies Partial<Record<RefusalReason, string>>;

function isSignedBy(publicKey: string, base: string, signatureBase64: string): boolean {
  return verify(null, Buffer.from(base), verifyKeyFromRaw(publicKey).key, Buffer.from(signatureBase64, 'base64'));
}

function tell(
  services: Services,
  connectorId: Id,
  row: { firm_id: Id; machine: string },
  reason: RefusalReason,
): Promise<void> {
  return noteRefusal(services, { firmId: row.firm_id, connectorId, machine: row.machine, reason });
}
