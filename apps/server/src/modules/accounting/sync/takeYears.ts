import type { Day } from '@bruecke/model';
import { type RawBuilder, sql } from 'kysely';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { recordHistory } from '../../../history/index.ts';
import { tellMandant } from '../../connectors/index.ts';
import { yearLabel } from '../read/shownYear.ts';
import type { FoundOrder, Run } from './runOrders.ts';
import { stagedRows } from './staged.ts';

const columns = `"fiscalYearId" text, "begin" date, "end" date, "consultantNumber" int, "mandantNumber" int,
  "accountLength" int, "accountSystem" int, currency text, locked boolean`;

/**
 * Takes over the list of fiscal years: new ones get a number, known ones their newest facts. None is ever removed. A year with other numbers
 * than the binding is refused: it may be another company's, so nothing of it is kept but that it is there, for people to look at. Where two
 * admins gave their word for a client with other numbers, both pairs that they saw are good: the client's and the Mandant's own of then.
 */
export async function takeYears(tx: Tx, services: Services, { run, orderId }: FoundOrder): Promise<void> {
  const { mandantId, ledgerNo } = run;
  const own = await numbersOfBinding(tx, run);
  const said = stagedRows(mandantId, orderId, 'year', columns);
  const fits = sql`(r."consultantNumber", r."mandantNumber") in (${sql.join(own)})`;
  const years = sql`
    insert into fiscal_years (mandant_id, year_no, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number,
      account_length, account_system, currency, locked)
    select ${mandantId}::uuid,
           (select coalesce(max(year_no), 0) from fiscal_years where mandant_id = ${mandantId}) + row_number() over (order by r."begin"),
           ${ledgerNo}, r."fiscalYearId", r."begin", r."end", r."consultantNumber", r."mandantNumber", r."accountLength",
           r."accountSystem", r.currency, r.locked
      from ${said} as r where ${fits}
    on conflict (mandant_id, ledger_no, fiscal_year_id) do update
      set last_day = excluded.last_day, consultant_number = excluded.consultant_number, mandant_number = excluded.mandant_number,
          account_length = excluded.account_length, account_system = excluded.account_system, currency = excluded.currency,
          locked = excluded.locked`;
  const noLonger = sql`
    delete from refused_years f
     where f.mandant_id = ${mandantId} and f.ledger_no = ${ledgerNo}
       and f.fiscal_year_id not in (select r."fiscalYearId" from ${said} as r where not ${fits})`;
  const others = sql<RefusedYear>`
    insert into refused_years as f (mandant_id, ledger_no, fiscal_year_id, first_day, last_day, consultant_number, mandant_number)
    select ${mandantId}::uuid, ${ledgerNo}, r."fiscalYearId", r."begin", r."end", r."consultantNumber", r."mandantNumber"
      from ${said} as r where not ${fits}
    on conflict (mandant_id, ledger_no, fiscal_year_id) do update
      set last_day = excluded.last_day, consultant_number = excluded.consultant_number, mandant_number = excluded.mandant_number
      where (f.consultant_number, f.mandant_number) <> (excluded.consultant_number, excluded.mandant_number)
    returning fiscal_year_id as "fiscalYearId", first_day as "firstDay", last_day as "lastDay", consultant_number as "consultantNumber",
              mandant_number as "mandantNumber"`;
  // Sent together: none needs the answer of another.
  const [{ rows: refused }] = await Promise.all([
    others.execute(tx),
    noLonger.execute(tx),
    years.execute(tx),
    tellMandant(tx, mandantId),
  ]);
  for (const year of refused) await tellRefused(tx, services, run, year);
}

type RefusedYear = {
  fiscalYearId: string;
  firstDay: Day;
  lastDay: Day;
  consultantNumber: number;
  mandantNumber: number;
};

/** The pairs of Berater- and Mandantennummer that a fiscal year of this binding may carry. */
async function numbersOfBinding(tx: Tx, run: Run): Promise<RawBuilder<unknown>[]> {
  const bound = await tx
    .selectFrom('ledgers as l')
    .innerJoin('connections as c', (join) =>
      join.onRef('c.mandant_id', '=', 'l.mandant_id').onRef('c.id', '=', 'l.connection_id'),
    )
    .select(['c.consultant_number', 'c.mandant_number', 'c.former_consultant_number', 'c.former_mandant_number'])
    .where('l.mandant_id', '=', run.mandantId)
    .where('l.ledger_no', '=', run.ledgerNo)
    .executeTakeFirstOrThrow();
  const pair = (consultantNumber: number, mandantNumber: number) =>
    sql`(${consultantNumber}::int, ${mandantNumber}::int)`;
  const { former_consultant_number: consultantNumber, former_mandant_number: mandantNumber } = bound;
  return [
    pair(bound.consultant_number, bound.mandant_number),
    ...(consultantNumber === null || mandantNumber === null ? [] : [pair(consultantNumber, mandantNumber)]),
  ];
}

/** Once for a year and its numbers: the insert above gives back only what is new. */
async function tellRefused(tx: Tx, services: Services, run: Run, year: RefusedYear): Promise<void> {
  await recordHistory(tx, services, {
    at: services.now(),
    kind: 'figures.yearRefused',
    actor: { type: 'connector', id: run.connectorId },
    subject: { mandantId: run.mandantId },
    data: {
      year: yearLabel(year.firstDay, year.lastDay),
      consultantNumber: year.consultantNumber,
      mandantNumber: year.mandantNumber,
    },
    mandantIds: [run.mandantId],
  });
}
