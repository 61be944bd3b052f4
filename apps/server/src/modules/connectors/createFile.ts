import { type ConnectionFile, connectionFileExtension, signingPurposes, type TlsPin } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { rawPublicKey, signFor } from '@bruecke/proof';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { newLinkToken } from '../../secrets/linkToken.ts';
import { noteFileRefused } from './noteFileRefused.ts';

const validMs = 24 * 3_600_000;

/**
 * Creates a Verbindungsdatei: address of this instance, its key, what its TLS is known by, and a code that pairs one connector. The code is
 * kept as a hash; the file is shown once. Refuses with `public_certificate_unreadable` where the own certificate can't be read.
 */
export async function createFile(ctx: Ctx, readPin: () => Promise<TlsPin>, input: { firmId: Id }) {
  // Right first: nobody else makes this server call anything.
  const firmName = await inFirm(ctx, input.firmId, 'admin', (tx) => nameOf(tx, input.firmId)).catch(
    async (error: unknown) => {
      await noteFileRefused(ctx, input.firmId, error);
      throw error;
    },
  );
  const tls = await readPin();
  return inFirm(ctx, input.firmId, 'admin', async (tx) => {
    const at = ctx.now();
    const fileId = ctx.newId();
    const { token, hash } = newLinkToken(ctx);
    const expiresAt = new Date(at.getTime() + validMs);
    await tx
      .insertInto('connector_files')
      .values({
        firm_id: input.firmId,
        id: fileId,
        code_hash: hash,
        created_at: at,
        created_by: ctx.caller.userId,
        expires_at: expiresAt,
        used_at: null,
        connector_id: null,
        withdrawn_at: null,
      })
      .execute();
    const history = await recordHistory(tx, ctx, {
      at,
      kind: 'connector.fileCreated',
      subject: { firmId: input.firmId, fileId },
      data: { expiresAt: expiresAt.toISOString() },
      ...actedBy(ctx.caller),
      firmIds: [input.firmId],
    });
    const content = {
      format: 'bruecke-connection-file-v1',
      server: ctx.settings.publicUrl,
      firmName,
      code: token,
      issuedAt: at.toISOString(),
      expiresAt: expiresAt.toISOString(),
      instanceKey: rawPublicKey(ctx.instanceKey.public),
      tls,
    } as const;
    const signature = signFor(signingPurposes.connectionFile, content, ctx.instanceKey);
    return { answer: fileOf({ ...content, signature }), history };
  });
}

function fileOf(file: ConnectionFile) {
  const bytes = Buffer.from(`${JSON.stringify(file, null, 2)}\n`);
  return {
    bytes,
    size: bytes.length,
    mediaType: 'application/octet-stream',
    name: `Verbindungsdatei${connectionFileExtension}`,
    inline: false,
  };
}

async function nameOf(tx: Tx, firmId: Id): Promise<string> {
  const { name } = await tx.selectFrom('firms').select('name').where('id', '=', firmId).executeTakeFirstOrThrow();
  return name;
}
