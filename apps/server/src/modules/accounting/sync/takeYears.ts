import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import type { FoundOrder } from './runOrders.ts';
import { stagedRows } from './staged.ts';

const columns = `"fiscalYearId" text, "begin" date, "end" date, "consultantNumber" int, "mandantNumber" int,
  "accountLength" int, "accountSystem" int, currency text, locked boolean`;

/** Takes over the list of fiscal years: new ones get a number, known ones their newest facts. None is ever removed. */
export async function takeYears(tx: Tx, { run, orderId }: FoundOrder): Promise<void> {
  const { mandantId, ledgerNo } = run;
  await sql`
    insert into fiscal_years (mandant_id, year_no, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number,
      account_length, account_system, currency, locked)
    select ${mandantId}::uuid,
           (select coalesce(max(year_no), 0) from fiscal_years where mandant_id = ${mandantId}) + row_number() over (order by r."begin"),
           ${ledgerNo}, r."fiscalYearId", r."begin", r."end", r."consultantNumber", r."mandantNumber", r."accountLength",
           r."accountSystem", r.currency, r.locked
      from ${stagedRows(mandantId, orderId, 'year', columns)} as r
    on conflict (mandant_id, ledger_no, fiscal_year_id) do update
      set last_day = excluded.last_day, consultant_number = excluded.consultant_number, mandant_number = excluded.mandant_number,
          account_length = excluded.account_length, account_system = excluded.account_system, currency = excluded.currency,
          locked = excluded.locked`.execute(tx);
}
