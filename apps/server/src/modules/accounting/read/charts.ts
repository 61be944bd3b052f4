import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { computeBwa, incomeAndCosts } from '../bwa/computeBwa.ts';
import type { BwaStructure } from '../bwa/structure.ts';
import { isIn, structureOf } from '../bwa/structures.ts';
import { germanDay } from '../plan/calendar.ts';
import { readTurnovers } from './bwa.ts';
import { readSide } from './openItems.ts';
import { findPreviousYear, findYear, type ShownYear } from './shownYear.ts';

export type Charts = AnswerOf<typeof api.figures.charts>;

const top = 10;

/** What the charts show: result and cash by month, also of the year before, partners that owe or are owed most, ageing. */
export function showCharts(ctx: Ctx, input: { mandantId: Id; yearNo: number }): Promise<Charts> {
  const asOf = germanDay(ctx.now());
  return inMandant(
    ctx,
    input.mandantId,
    'read',
    async (tx) => {
      const year = await findYear(tx, input.mandantId, input.yearNo);
      const previous = await findPreviousYear(tx, year);
      const receivable = await readSide(tx, year, 'receivable', asOf, top);
      const payable = await readSide(tx, year, 'payable', asOf, top);
      return {
        basis: year.basis,
        asOf,
        chart: structureOf(year.accountSystem)?.chart ?? null,
        months: await readMonths(tx, year),
        previousMonths: previous && (await readMonths(tx, previous)),
        debtors: receivable.top,
        creditors: payable.top,
        ageing: { receivable: receivable.ageing, payable: payable.ageing },
      };
    },
    { readOnly: true },
  );
}

async function readMonths(tx: Tx, year: ShownYear): Promise<Charts['months']> {
  const structure = structureOf(year.accountSystem);
  const accounts = await readTurnovers(tx, year);
  const results = incomeAndCosts(computeBwa(structure, accounts, year.months.length));
  const cashAccounts = accounts.filter((one) => structure && isIn(structure.cash, one.account));
  let cash = structure ? await readCashOpening(tx, year, structure) : 0;
  return year.months.map((month, at) => {
    cash += cashAccounts.reduce((sum, one) => sum + (one.months[at] ?? 0), 0);
    return {
      month: month.month,
      moved: month.rows > 0 || accounts.some((one) => (one.months[at] ?? 0) !== 0),
      ...(results[at] ?? { revenue: 0, costs: 0, result: 0 }),
      cash,
    };
  });
}

async function readCashOpening(tx: Tx, year: ShownYear, structure: BwaStructure): Promise<number> {
  const { rows } = await sql<{ account: number; opening: number }>`
    select account, opening from account_balances
     where mandant_id = ${year.mandantId} and year_no = ${year.yearNo} and opening <> 0`.execute(tx);
  return rows.filter((row) => isIn(structure.cash, row.account)).reduce((sum, row) => sum + row.opening, 0);
}
