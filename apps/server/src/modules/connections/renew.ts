import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { refuse } from '../../refusal.ts';
import { begin, settingsFor } from './startSignIn.ts';

/** Begins a new consent for the same dataset. The present one goes on working until the code of the new one comes back. */
export async function renew(ctx: Ctx, input: { mandantId: Id; connectionId: Id }): Promise<{ url: string }> {
  const settings = await settingsFor(ctx, input.mandantId);
  const connection = await inMandant(ctx, input.mandantId, 'connections', (tx) =>
    tx
      .selectFrom('connections')
      .select(['id', 'client_id', 'severed_at'])
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', input.connectionId)
      .where('channel', '=', 'belegbilderservice')
      .executeTakeFirst(),
  );
  if (!connection) throw refuse('not_found');
  if (connection.severed_at) throw refuse('connection_severed');
  const { url } = await begin(ctx, settings, {
    mandantId: input.mandantId,
    connectionId: connection.id,
    authorization: { mode: 'longTerm', clientId: connection.client_id },
  });
  return { url };
}
