import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { type ConnectionRow, readConnection } from '../connectionHealth/index.ts';
import { type ConnectionAnswer, connectionAnswer } from './connectionAnswer.ts';

type Named = { mandantId: Id; connectionId: Id };

/** A way of vouchers that may still be changed, locked; refuses what is not there and what a cut has ended. */
export async function lockLiving(tx: Tx, input: Named): Promise<ConnectionRow> {
  const found = await readConnection(tx, input.mandantId, input.connectionId, 'update');
  if (found?.row.channel !== 'belegbilderservice') throw refuse('not_found');
  if (found.row.severed_at) throw refuse('connection_severed');
  return found.row;
}

/** The connection as it is now, after an act on it. */
export function answerNow(ctx: Ctx, input: Named): Promise<ConnectionAnswer> {
  return inMandant(ctx, input.mandantId, 'read', async (tx, seen) => {
    const found = await readConnection(tx, input.mandantId, input.connectionId);
    if (found?.row.channel !== 'belegbilderservice') throw refuse('not_found');
    return connectionAnswer(tx, found.row, ctx.now(), seen.rights.includes('connections'));
  });
}
