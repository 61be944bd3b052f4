import type { AssignmentFunction, Id } from '@bruecke/model';
import { inMandant, lockMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';

export type Assignment = { userId: Id; function: AssignmentFunction };

/** Sets the whole Betreuungszuordnung of a Mandant: what is not in the list ends. Only people of the firm can be named. */
export function setAssignments(ctx: Ctx, input: { mandantId: Id; assignments: readonly Assignment[] }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'master', async (tx) => {
    await lockMandant(tx, ctx, mandantId, 'master');
    const engagement = await tx
      .selectFrom('engagements')
      .select('firm_id')
      .where('mandant_id', '=', mandantId)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (!engagement) throw refuse('no_engagement');
    const firmId = engagement.firm_id;
    const staff = await tx
      .selectFrom('firm_staff as s')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .select(['s.user_id', 'u.name'])
      .where('s.firm_id', '=', firmId)
      .execute();
    const strangers = input.assignments.flatMap(({ userId }, index) =>
      staff.some((person) => person.user_id === userId)
        ? []
        : [{ path: `assignments/${index}/userId`, message: 'not a person of the firm' }],
    );
    if (strangers.length > 0) throw refuse('invalid_input', { fields: strangers });
    const before = await tx
      .selectFrom('assignments')
      .select(['user_id as userId', 'function'])
      .where('mandant_id', '=', mandantId)
      .execute();
    const wanted = [...new Map(input.assignments.map((one) => [keyOf(one), one])).values()];
    const added = wanted.filter((one) => !before.some((other) => keyOf(other) === keyOf(one)));
    const removed = before.filter((one) => !wanted.some((other) => keyOf(other) === keyOf(one)));
    if (added.length === 0 && removed.length === 0) return { answer: undefined, history: 'unchanged' as const };
    if (added.length > 0) {
      const since = ctx.now();
      const rows = added.map((one) => ({
        mandant_id: mandantId,
        user_id: one.userId,
        function: one.function,
        firm_id: firmId,
        since,
      }));
      await tx.insertInto('assignments').values(rows).execute();
    }
    for (const one of removed)
      await tx
        .deleteFrom('assignments')
        .where('mandant_id', '=', mandantId)
        .where('user_id', '=', one.userId)
        .where('function', '=', one.function)
        .execute();
    const touched = [...new Set([...added, ...removed].map((one) => one.userId))];
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'assignment.changed',
      subject: { mandantId, firmId },
      data: { added: added.map(plain), removed: removed.map(plain) },
      ...actedBy(
        ctx.caller,
        touched.map((userId) => ({
          label: `user.${userId}.name`,
          value: staff.find((person) => person.user_id === userId)?.name ?? '',
          userId,
        })),
      ),
      mandantIds: [mandantId],
      firmIds: [firmId],
    });
    return { answer: undefined, history };
  });
}

const keyOf = (one: Assignment): string => `${one.userId} ${one.function}`;
const plain = (one: Assignment) => ({ userId: one.userId, function: one.function });
