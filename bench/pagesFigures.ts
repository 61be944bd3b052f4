import { randomUUID } from 'node:crypto';
import { mostInBlock } from '@bruecke/model';
import type { TestDatabase } from '../apps/server/src/db/testDatabase.ts';

export const postings = 1_000_000;
/** A tenth of all postings. */
export const busyAccount = 12_000_000;
const accounts = 400;

/** A year with 1,000,000 postings in twelve months, past all verbs: 400 general-ledger accounts, as many debtors, 2,000 open items. */
export async function layFigures(db: TestDatabase, mandantId: string): Promise<void> {
  const at = new Date('2026-12-31T08:00:00Z');
  const [connection] = await db.sql<{ id: string; engagement_id: string }>(
    "select id, engagement_id from connections where mandant_id = $1 and channel = 'datevconnect'",
    [mandantId],
  );
  await db.sql(
    `insert into ledgers (mandant_id, ledger_no, client_guid, connection_id, engagement_id, created_at, first_read_at)
     values ($1, 1, $2, $3, $4, $5, $5)`,
    [mandantId, randomUUID(), connection?.id, connection?.engagement_id, at],
  );
  await db.sql(
    `insert into fiscal_years (mandant_id, year_no, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number,
       account_length, account_system, currency, locked, stand, open_items_at)
     values ($1, 1, 1, '20260101', '2026-01-01', '2026-12-31', 1234567, 1, 4, 3, 'EUR', false, $2, $2)`,
    [mandantId, at],
  );
  for (let month = 1; month <= 12; month += 1) await addMonth(db, mandantId, month, at);
  await db.sql(
    `insert into load_sums (mandant_id, load_no, account, ledger_no, debit, credit, opening_debit, opening_credit, row_count, blocks)
     select mandant_id, load_no, account, 1, sum(debit), sum(credit), 0, 0, sum(rows), array_agg(first_no order by first_no)
       from (select mandant_id, load_no, account, first_no, sum(debit) as debit, sum(credit) as credit, count(*) as rows
               from postings where mandant_id = $1 group by 1, 2, 3, 4) each group by 1, 2, 3`,
    [mandantId],
  );
  await db.sql(
    `insert into account_balances (mandant_id, year_no, account, ledger_no, caption, opening, balance, debit, credit, turnovers)
     select $1, 1, s.account, 1, 'Konto ' || s.account, 0, sum(s.debit - s.credit), sum(s.debit), sum(s.credit),
            (select array_agg(coalesce(t.debit - t.credit, 0) order by n) from generate_series(1, 12) n
               left join load_sums t on t.mandant_id = $1 and t.load_no = n and t.account = s.account)
       from load_sums s where s.mandant_id = $1 group by s.account`,
    [mandantId],
  );
  await db.sql(
    `insert into open_items (mandant_id, year_no, no, ledger_no, side, datev_id, account, date, due_date, amount, open, cleared, text,
       document_field1, dunning_block)
     select $1, 1, i, 1, 'receivable', i::text, 100000000 + (i % ${accounts}) * 10000, date '2026-01-01' + i % 300,
            date '2026-01-15' + i % 300, i * 100, i * 100, false, 'Rechnung', 'RE-2026-' || i, false
       from generate_series(1, 2000) i`,
    [mandantId],
  );
  await db.sql('vacuum analyze posting_blocks, posting_links, load_sums, account_balances, open_items');
}

async function addMonth(db: TestDatabase, mandantId: string, month: number, at: Date): Promise<void> {
  const each = Math.floor(postings / 12);
  await db.sql(
    `insert into posting_blocks (mandant_id, load_no, first_no, ledger_no, date, account, contra_account, debit, credit, batch_number, text,
       document_field1, document_guid)
     select $1, $2::int, 1 + ${mostInBlock} * ((i - 1) / ${mostInBlock}), 1, array_agg(make_date(2026, $2::int, 1 + i * 28 / ${each + 1}) order by i),
            array_agg(case when i % 10 = 0 then ${busyAccount} when i % 2 = 0 then 40000000 + (i % ${accounts}) * 10000
                           else 100000000 + (i % ${accounts}) * 10000 end order by i),
            array_agg(84000000 order by i), array_agg(case when i % 2 = 0 then i else 0 end order by i),
            array_agg(case when i % 2 = 0 then 0 else i end order by i), array_agg(to_char($2::int, 'FM00') || '-2026/0001' order by i),
            array_agg((array['Lieferung Müller', 'Miete', 'Strom', 'Bürobedarf'])[1 + i % 4] order by i),
            array_agg('RE-2026-' || ($2::int - 1) * ${each} + i order by i),
            array_agg(case when i % 3 = 0 then gen_random_uuid() end order by i)
       from generate_series(1, ${each}) i group by (i - 1) / ${mostInBlock}`,
    [mandantId, month],
  );
  await db.sql(
    `insert into posting_links (mandant_id, document_guid, load_no, first_no, ledger_no)
     select mandant_id, document_guid, load_no, first_no, 1 from postings
      where mandant_id = $1 and load_no = $2 and document_guid is not null`,
    [mandantId, month],
  );
  await db.sql(
    `insert into fiscal_months (mandant_id, year_no, month, ledger_no, load_no, row_count, read_at, fingerprint)
     values ($1, 1, make_date(2026, $2, 1), 1, $2, ${each}, $3, 'x')`,
    [mandantId, month, at],
  );
}
