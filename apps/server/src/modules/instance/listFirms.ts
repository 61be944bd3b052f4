import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';

/** Firms of the instance with their numbers of people and of Mandanten with an open Kanzleiverbindung. */
export function listFirms(ctx: Ctx) {
  return asOperator(ctx, async (tx) => {
    const firms = await tx
      .selectFrom('firms as f')
      .select(['f.id', 'f.name', 'f.consultant_number', 'f.created_at'])
      .select((from) => [
        from
          .selectFrom('engagements as e')
          .select((of) => of.fn.count<number>('e.mandant_id').as('count'))
          .whereRef('e.firm_id', '=', 'f.id')
          .where('e.ended_at', 'is', null)
          .as('mandanten'),
        from
          .selectFrom('firm_staff as s')
          .select((of) => of.fn.count<number>('s.user_id').as('count'))
          .whereRef('s.firm_id', '=', 'f.id')
          .as('staff'),
      ])
      .orderBy('f.name')
      .execute();
    return {
      firms: firms.map((firm) => ({
        id: firm.id,
        name: firm.name,
        consultantNumber: firm.consultant_number,
        createdAt: firm.created_at.toISOString(),
        mandanten: firm.mandanten ?? 0,
        staff: firm.staff ?? 0,
      })),
    };
  });
}
