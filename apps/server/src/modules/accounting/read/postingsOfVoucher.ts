import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { readLinked, toPostingLines } from './postingRows.ts';
import { findYear, type ShownYear } from './shownYear.ts';

export type VoucherPostings = AnswerOf<typeof api.figures.postingsOfVoucher>;

/** Where a voucher was booked: the postings that link to one of the GUIDs under which it was sent to DATEV, in all years. */
export function showPostingsOfVoucher(ctx: Ctx, input: { mandantId: Id; voucherId: Id }): Promise<VoucherPostings> {
  return inMandant(ctx, input.mandantId, 'read', async (tx) => {
    const voucher = await tx
      .selectFrom('vouchers')
      .select('id')
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', input.voucherId)
      .executeTakeFirst();
    if (!voucher) throw refuse('not_found');
    const sent = await tx
      .selectFrom('deliveries')
      .select('guid')
      .where('mandant_id', '=', input.mandantId)
      .where('voucher_id', '=', input.voucherId)
      .execute();
    const stored = await readLinked(
      tx,
      input.mandantId,
      sent.map((row) => row.guid.toLowerCase()),
    );
    const rows: VoucherPostings['rows'] = [];
    for (const yearNo of await yearsOf(
      tx,
      input.mandantId,
      stored.map((row) => row.load),
    )) {
      const year = await findYear(tx, input.mandantId, yearNo);
      const loads = new Set(year.months.map((month) => month.load));
      const own = await toPostingLines(
        tx,
        year,
        stored.filter((row) => loads.has(row.load)),
      );
      const final = await finalBatches(tx, year);
      rows.push(
        ...own.map((line) => ({
          ...line,
          basis: year.basis,
          yearLabel: year.label,
          final: line.batchNumber !== null && final.has(line.batchNumber),
        })),
      );
    }
    return { rows };
  });
}

/** The years whose shown months hold these loads, oldest first; a load that is only being read belongs to none. */
async function yearsOf(tx: Tx, mandantId: Id, loads: readonly number[]): Promise<number[]> {
  if (loads.length === 0) return [];
  const { rows } = await sql<{ yearNo: number }>`
    select y.year_no as "yearNo" from fiscal_years y
     where y.mandant_id = ${mandantId} and y.year_no in (
       select m.year_no from fiscal_months m where m.mandant_id = ${mandantId} and m.load_no = any (${loads}::int[]))
     order by y.first_day, y.year_no`.execute(tx);
  return rows.map((row) => row.yearNo);
}

async function finalBatches(tx: Tx, year: ShownYear): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('batches')
    .select('number')
    .where('mandant_id', '=', year.mandantId)
    .where('year_no', '=', year.yearNo)
    .where('committed', '=', true)
    .execute();
  return new Set(rows.map((row) => row.number));
}
