import type { AssignmentFunction, FirmRole, Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';

/** Who of the firm looks after the Mandant, and whom of the firm one could choose; both empty without a Kanzleiverbindung. */
export function listAssignments(
  ctx: Ctx,
  input: { mandantId: Id },
): Promise<{
  assignments: { userId: Id; name: string; function: AssignmentFunction }[];
  candidates: { userId: Id; name: string; role: FirmRole }[];
}> {
  return inMandant(ctx, input.mandantId, 'read', async (tx) => {
    const assignments = await tx
      .selectFrom('assignments as a')
      .innerJoin('users as u', 'u.id', 'a.user_id')
      .select(['a.user_id as userId', 'u.name', 'a.function'])
      .where('a.mandant_id', '=', input.mandantId)
      .orderBy('u.name')
      .orderBy('a.function')
      .execute();
    const candidates = await tx
      .selectFrom('engagements as e')
      .innerJoin('firm_staff as s', 's.firm_id', 'e.firm_id')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .select(['s.user_id as userId', 'u.name', 's.role'])
      .where('e.mandant_id', '=', input.mandantId)
      .where('e.ended_at', 'is', null)
      .orderBy('u.name')
      .execute();
    return { assignments, candidates };
  });
}
