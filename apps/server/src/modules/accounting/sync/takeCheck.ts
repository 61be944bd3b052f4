import type { Day } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { decideMonths } from '../plan/months.ts';
import { type CheckFacts, readCheckFacts } from './checkFacts.ts';
import { ordersOfMonths, rebuildMonth } from './readMonth.ts';
import { type FoundOrder, giveOrders, type Run } from './runOrders.ts';
import { openMonths, settleYear } from './settleYear.ts';
import { dropLoads, dropStaged } from './staged.ts';
import { openItemsOrder } from './takeOpenItems.ts';
import { lockYear, readsWhole, setControlStep, setNext } from './yearOfRun.ts';

/**
 * DATEV said where a year stands: asks for the months that moved, or shows what was said where nothing has to be read. False where
 * there is nobody to ask.
 */
export async function takeCheck(tx: Tx, services: Services, found: FoundOrder, yearNo: number): Promise<boolean> {
  const { run, orderId } = found;
  // The year's row first, as everybody does who changes what is known of it.
  const [before] = await Promise.all([lockYear(tx, run, yearNo), noteCheck(tx, found, yearNo)]);
  // The rows of a check that was never shown are worth nothing any more.
  if (before.checkOrderId !== null) await dropStaged(tx, run.mandantId, before.checkOrderId);
  const year = { ...before, checkOrderId: orderId, checkedAt: found.begunAt };
  const facts = await readCheckFacts(tx, run, year, readsWhole(tx, services, run, yearNo));
  const input = { ...facts, now: services.now() };
  let decision = decideMonths({ ...input, forced: year.controlStep === 2 });
  // Asked once more because the sums differ, and nothing moved meanwhile: then something was missed, and all is read.
  if (year.controlStep === 1 && decision.read.length === 0) {
    await setControlStep(tx, run, yearNo, 2);
    year.controlStep = 2;
    decision = decideMonths({ ...input, forced: true });
  }
  await Promise.all([dropLeftOver(tx, run, yearNo, new Set(decision.take)), noteOpenBatches(tx, run, yearNo, facts)]);
  const said = (month: Day) => facts.months.find((one) => one.month === month)?.checked ?? '';
  for (const month of decision.clear) {
    const next = { fingerprint: said(month), load: null, complete: true, rebuilt: false, at: services.now() };
    await setNext(tx, run, yearNo, month, next);
  }
  const wanted = decision.read.map((month) => ({
    month,
    fingerprint: said(month),
    last: facts.lastRows.get(month) ?? null,
  }));
  // Beside the months, and handed out before them: open items may well be newer than the postings, which carry the check's "Stand".
  const moves = [decision.read, decision.take, decision.clear].some((months) => months.length > 0);
  const months = facts.licence ? await ordersOfMonths(tx, services, run, year, wanted) : [];
  if (!(await giveOrders(tx, services, run, [...(moves ? [openItemsOrder(year)] : []), ...months]))) return false;
  // Nothing to settle before they have come.
  if (months.length > 0) return true;
  if (!facts.licence) for (const one of wanted) if (!(await rebuildMonth(tx, services, run, year, one))) return false;
  return settleYear(tx, services, run, year, await openMonths(tx, run, yearNo));
}

async function noteCheck(tx: Tx, found: FoundOrder, yearNo: number): Promise<void> {
  await tx
    .updateTable('fiscal_years')
    .set({ check_order_id: found.orderId, checked_at: found.begunAt })
    .where('mandant_id', '=', found.run.mandantId)
    .where('year_no', '=', yearNo)
    .execute();
}

/** What an earlier attempt loaded and this check does not confirm. */
async function dropLeftOver(tx: Tx, run: Run, yearNo: number, keep: ReadonlySet<Day>): Promise<void> {
  const rows = await tx
    .selectFrom('fiscal_months')
    .select(['month', 'next_load'])
    .where('mandant_id', '=', run.mandantId)
    .where('year_no', '=', yearNo)
    .where('next_fingerprint', 'is not', null)
    .execute();
  const gone = rows.filter((row) => !keep.has(row.month));
  await dropLoads(
    tx,
    run.mandantId,
    gone.flatMap((row) => row.next_load ?? []),
  );
  for (const row of gone) await setNext(tx, run, yearNo, row.month, null);
}

async function noteOpenBatches(tx: Tx, run: Run, yearNo: number, facts: CheckFacts): Promise<void> {
  const open = facts.months.filter((one) => one.openBatch).map((one) => one.month);
  await sql`
    update fiscal_months set open_batch = not open_batch
     where mandant_id = ${run.mandantId} and year_no = ${yearNo} and open_batch <> (month = any (${open}::date[]))`.execute(
    tx,
  );
}
