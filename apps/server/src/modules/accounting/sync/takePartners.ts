import { sql } from 'kysely';
import type { Tx } from '../../../db/withTenant.ts';
import type { FoundOrder } from './runOrders.ts';
import { stagedRows } from './staged.ts';

const columns = 'side text, account int, name text, "partnerNumber" text, city text, "changedAt" text';

/**
 * Takes over debtors and creditors. `whole`: all of them came, so that those missing are gone; DATEV does not tell of deletions otherwise.
 */
export async function takePartners(tx: Tx, { run, orderId }: FoundOrder, whole: boolean): Promise<void> {
  const { mandantId, ledgerNo } = run;
  await sql`
    with said as materialized (
      select distinct on (r.account) r.* from ${stagedRows(mandantId, orderId, 'partner', columns)} r
    ), gone as (
      delete from partners p
       where ${whole} and p.mandant_id = ${mandantId} and p.ledger_no = ${ledgerNo} and p.account not in (select account from said)
    ), taken as (
      insert into partners as p (mandant_id, ledger_no, account, side, name, partner_number, city, changed_at)
      select ${mandantId}::uuid, ${ledgerNo}, account, side, name, "partnerNumber", city, "changedAt" from said
      on conflict (mandant_id, ledger_no, account) do update
        set side = excluded.side, name = excluded.name, partner_number = excluded.partner_number, city = excluded.city,
            changed_at = excluded.changed_at
        where (p.side, p.name, p.partner_number, p.city, p.changed_at)
           is distinct from (excluded.side, excluded.name, excluded.partner_number, excluded.city, excluded.changed_at)
    )
    update ledgers set partners_stamp = greatest(partners_stamp, (select max("changedAt") from said))
     where mandant_id = ${mandantId} and ledger_no = ${ledgerNo}`.execute(tx);
}

/** Terms of payment, all of them. */
export async function takeTerms(tx: Tx, { run, orderId }: FoundOrder): Promise<void> {
  const { mandantId, ledgerNo } = run;
  await sql`
    with said as materialized (
      select distinct on (r.id) r.* from ${stagedRows(mandantId, orderId, 'term', 'id text, caption text, "dueInDays" int')} r
    ), gone as (
      delete from terms_of_payment t
       where t.mandant_id = ${mandantId} and t.ledger_no = ${ledgerNo} and t.id not in (select id from said)
    )
    insert into terms_of_payment (mandant_id, ledger_no, id, caption, due_in_days)
    select ${mandantId}::uuid, ${ledgerNo}, id, caption, "dueInDays" from said
    on conflict (mandant_id, ledger_no, id) do update set caption = excluded.caption, due_in_days = excluded.due_in_days`.execute(
    tx,
  );
}
