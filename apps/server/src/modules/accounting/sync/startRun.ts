import type { Id } from '@bruecke/model';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { germanDay } from '../plan/calendar.ts';
import { needsYears, type RunDecision, yearsOfRun } from '../plan/runs.ts';
import { readYears } from './readYears.ts';
import { type Given, giveOrders, type Run, tellPages } from './runOrders.ts';

export type LedgerOfRun = {
  mandantId: Id;
  ledgerNo: number;
  connectorId: Id;
  clientGuid: string;
};

/** Begins a run: asks for the list of years where it may have changed, else at once for what moved in them. */
export async function startRun(tx: Tx, services: Services, ledger: LedgerOfRun, decision: RunDecision): Promise<void> {
  const { mandantId, ledgerNo } = ledger;
  const now = services.now();
  const run: Run = { ...ledger, runId: services.newId(), ...decision };
  // Sent together: none needs the answer of another.
  const [years] = await Promise.all([
    readYears(tx, mandantId, ledgerNo),
    insertRun(tx, run, now),
    run.whole ? beginWhole(tx, run, now) : undefined,
    tx
      .updateTable('fiscal_years')
      .set({ control_step: 0 })
      .where('mandant_id', '=', mandantId)
      .where('ledger_no', '=', ledgerNo)
      .execute(),
  ]);
  const given = needsYears(years, germanDay(now), run.whole)
    ? await giveOrders(tx, services, run, [{ wanted: { kind: 'listYears' } }])
    : await giveChecks(tx, services, run);
  if (!given) await cancelRun(tx, services, run);
  await tellPages(tx, mandantId);
}

async function insertRun(tx: Tx, run: Run, now: Date): Promise<void> {
  await tx
    .insertInto('sync_runs')
    .values({
      mandant_id: run.mandantId,
      id: run.runId,
      ledger_no: run.ledgerNo,
      reason: run.reason,
      whole: run.whole,
      started_at: now,
    })
    .execute();
}

/** A whole reading that was interrupted goes on from where it began; whether the posting licence is there is tried out again. */
async function beginWhole(tx: Tx, run: Run, now: Date): Promise<void> {
  await tx
    .updateTable('ledgers')
    .set((e) => ({ whole_since: e.fn.coalesce('whole_since', e.val(now)), posting_licence: true }))
    .where('mandant_id', '=', run.mandantId)
    .where('ledger_no', '=', run.ledgerNo)
    .execute();
}

/** Asks for what moved in the years of this run, the newest first; for the names of partners in the newest one. */
export async function giveChecks(tx: Tx, services: Services, run: Run): Promise<boolean> {
  const years = yearsOfRun(await readYears(tx, run.mandantId, run.ledgerNo), germanDay(services.now()), run.whole);
  const orders: Given[] = years.map(({ year: { yearNo, fiscalYearId } }) => ({
    wanted: { kind: 'checkYear', fiscalYearId },
    subject: { yearNo },
  }));
  const newest = years[0]?.year;
  if (newest && run.reason !== 'looking') {
    const { yearNo, fiscalYearId } = newest;
    const since = run.whole ? null : await partnersSince(tx, run);
    orders.push({ wanted: { kind: 'readPartners', fiscalYearId, since }, subject: { yearNo } });
    if (run.whole) orders.push({ wanted: { kind: 'readTermsOfPayment', fiscalYearId }, subject: { yearNo } });
  }
  return giveOrders(tx, services, run, orders);
}

const day = 86_400_000;

/** A day earlier than the newest stamp known: stamps are DATEV's, and their zone is not certain. */
async function partnersSince(tx: Tx, run: Run): Promise<string | null> {
  const ledger = await tx
    .selectFrom('ledgers')
    .select('partners_stamp')
    .where('mandant_id', '=', run.mandantId)
    .where('ledger_no', '=', run.ledgerNo)
    .executeTakeFirstOrThrow();
  const stamp = Date.parse(ledger.partners_stamp ?? '');
  return Number.isNaN(stamp) ? null : new Date(stamp - day).toISOString();
}

/** Nobody is left to ask: off, cut, or the connector gone. What is shown stays. */
export async function cancelRun(tx: Tx, services: Services, run: { mandantId: Id; runId: Id }): Promise<void> {
  await tx
    .updateTable('sync_runs')
    .set({ state: 'cancelled', ended_at: services.now() })
    .where('mandant_id', '=', run.mandantId)
    .where('id', '=', run.runId)
    .where('state', '=', 'running')
    .execute();
}
