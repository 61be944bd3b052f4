import { rights as allRights, type Id, type Right } from '@bruecke/model';
import { lookAt, shareMandantLinks } from '../../access/index.ts';
import { type Ctx, tenantOf } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { apiKeyMark } from './identify.ts';

/** Letters of a key that stay readable, so that a person can tell their keys apart. */
const shownLength = apiKeyMark.length + 8;

/**
 * Creates a personal API key for one Mandant with some of the person's own rights; shown once. At each use it is cut with what the
 * person may then still do. Refuses with `not_found`, `right_missing` (more than one's own), `invalid_input` (already over).
 */
export async function createApiKey(
  ctx: Ctx,
  input: { name: string; mandantId: Id; rights: Right[]; expiresAt?: string },
) {
  const { mandantId } = input;
  const now = ctx.now();
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt);
  // A leap second is a time for the schema and none for JavaScript.
  if (expiresAt && !(expiresAt > now))
    throw refuse('invalid_input', { fields: [{ path: 'expiresAt', message: 'must be in the future' }] });
  return ctx.withTenant(tenantOf(ctx.caller), async (tx) => {
    // Whatever ends the person's sight (a cut, being removed on either side) ends the keys that it finds: none may come beside it.
    await shareMandantLinks(tx, mandantId);
    const seen = await lookAt(tx, ctx, mandantId);
    if (!seen) throw refuse('not_found');
    if (input.rights.some((right) => !seen.rights.includes(right))) throw refuse('right_missing');
    const key = `${apiKeyMark}${ctx.randomBytes(32).toString('base64url')}`;
    const id = ctx.newId();
    const rights = allRights.filter((right) => input.rights.includes(right));
    const shown = { id, name: input.name.trim(), prefix: key.slice(0, shownLength), mandantId, rights };
    await tx
      .insertInto('api_keys')
      .values({
        id,
        user_id: ctx.caller.userId,
        mandant_id: mandantId,
        rights,
        name: shown.name,
        prefix: shown.prefix,
        token_hash: hashToken(key),
        created_at: now,
        used_at: null,
        expires_at: expiresAt,
        revoked_at: null,
      })
      .execute();
    const history = await recordHistory(tx, ctx, {
      at: now,
      kind: 'apiKey.created',
      subject: { apiKeyId: id, mandantId },
      data: { rights, expiresAt: expiresAt?.toISOString() ?? null },
      ...actedBy(ctx.caller),
      mandantIds: [mandantId],
    });
    const { name: mandantName } = await tx
      .selectFrom('mandanten')
      .select('name')
      .where('mandant_id', '=', mandantId)
      .executeTakeFirstOrThrow();
    const times = { createdAt: now.toISOString(), usedAt: null, expiresAt: expiresAt?.toISOString() ?? null };
    return { answer: { key, apiKey: { ...shown, mandantName, ...times } }, history };
  });
}
