import type { AnswerOf, api } from '@bruecke/contract';
import { accountNumber, type Id } from '@bruecke/model';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import { readCaptions } from './postingRows.ts';
import { toShownYear } from './shownYear.ts';

export type Years = AnswerOf<typeof api.figures.years>;

/** All fiscal years that the caller may see, newest first; those of a former Kanzleiverbindung after the present ones. */
export function listYears(ctx: Ctx, { mandantId }: { mandantId: Id }): Promise<Years> {
  return inMandant(
    ctx,
    mandantId,
    'read',
    async (tx) => {
      const rows = await tx
        .selectFrom('fiscal_years as y')
        .innerJoin('ledgers as l', (join) =>
          join.onRef('l.mandant_id', '=', 'y.mandant_id').onRef('l.ledger_no', '=', 'y.ledger_no'),
        )
        .selectAll('y')
        .select('l.left_at')
        .where('y.mandant_id', '=', mandantId)
        .orderBy('l.left_at', (order) => order.desc().nullsFirst())
        .orderBy('y.first_day', 'desc')
        .execute();
      const months = await tx.selectFrom('fiscal_months').selectAll().where('mandant_id', '=', mandantId).execute();
      const years: Years['years'] = [];
      for (const row of rows) {
        const shown = toShownYear(
          row,
          months.filter((month) => month.year_no === row.year_no),
        );
        const captions = await readCaptions(
          tx,
          shown,
          row.differences.map((one) => one.account),
        );
        years.push({
          yearNo: row.year_no,
          label: shown.label,
          firstDay: row.first_day,
          lastDay: row.last_day,
          consultantNumber: row.consultant_number,
          mandantNumber: row.mandant_number,
          accountLength: row.account_length,
          accountSystem: row.account_system,
          currency: row.currency,
          locked: row.locked,
          former: row.left_at !== null,
          stand: shown.basis.stand,
          partial: shown.basis.partial,
          rebuilt: shown.basis.rebuilt,
          differenceCount: row.difference_count,
          differences: row.differences.map((one) => ({
            account: one.account,
            number: accountNumber(one.account, row.account_length),
            caption: captions.get(one.account) ?? null,
            month: one.month,
            postings: one.postings,
            balances: one.balances,
          })),
          openItemsStand: row.open_items_at?.toISOString() ?? null,
          months: shown.months.map((month) => ({
            month: month.month,
            rows: month.rows,
            rebuilt: month.rebuilt,
            final: !month.openBatch,
            readAt: month.readAt?.toISOString() ?? null,
          })),
        });
      }
      return { years };
    },
    { readOnly: true },
  );
}
