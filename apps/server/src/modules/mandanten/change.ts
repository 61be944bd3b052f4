import type { Id } from '@bruecke/model';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { breaksUnique } from '../../db/violation.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, type PersonalValue, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { type Mandant, readMandant } from './get.ts';

/**
 * Changes name or Mandantennummer. The number belongs to the open Kanzleiverbindung: `no_engagement` without one,
 * `number_taken` where another open one of the firm has it. Numbers on vouchers already sent stay as they were.
 */
export function changeMandant(ctx: Ctx, input: { mandantId: Id; name?: string; mandantNumber?: number }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'master', async (tx) => {
    const seen = await lockMandant(tx, ctx, mandantId, 'master');
    const before = await readMandant(tx, seen);
    const name = input.name?.trim() ?? before.name;
    const number = input.mandantNumber ?? before.engagement?.mandantNumber;
    if (input.mandantNumber !== undefined && !before.engagement) throw refuse('no_engagement');
    if (name === before.name && number === before.engagement?.mandantNumber)
      return { answer: before, history: 'unchanged' as const };
    if (name !== before.name)
      await tx.updateTable('mandanten').set({ name }).where('mandant_id', '=', mandantId).execute();
    if (number !== undefined && number !== before.engagement?.mandantNumber) await setNumber(tx, mandantId, number);
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'mandant.changed',
      subject: { mandantId },
      data: number === undefined ? {} : { mandantNumber: number },
      ...actedBy(ctx.caller, namesOf(before, name)),
      mandantIds: [mandantId],
      ...(before.engagement ? { firmIds: [before.engagement.firmId] } : {}),
    });
    return { answer: await readMandant(tx, seen), history };
  });
}

async function setNumber(tx: Tx, mandantId: Id, number: number): Promise<void> {
  try {
    await tx
      .updateTable('engagements')
      .set({ mandant_number: number })
      .where('mandant_id', '=', mandantId)
      .where('ended_at', 'is', null)
      .execute();
  } catch (error) {
    if (breaksUnique(error, 'engagements_number')) throw refuse('number_taken', { cause: error });
    throw error;
  }
}

function namesOf(before: Mandant, name: string): PersonalValue[] {
  const now = { label: 'mandant.name', value: name };
  return name === before.name ? [now] : [now, { label: 'mandant.nameBefore', value: before.name }];
}
