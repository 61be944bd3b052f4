import { type Books, balancesOf, type Entry, linesOf, type Year } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import type { TestDatabase } from '../src/db/testDatabase.ts';

/** What is shown of a fiscal year, read past everything, and what DATEV's books say of the same, both as sorted lines of text. */
export type Compared = { shown: string[]; books: string[] };

const yearId = (year: Year) => year.begin.replaceAll('-', '');

/** Balances of every account, its turnover of every month, and the sums of postings behind it. Cents. */
export async function compareCents(db: TestDatabase, mandantId: Id, year: Year): Promise<Compared> {
  const balances = await db.sql<{ account: number; balance: string; opening: string; turnovers: string[] }>(
    `select b.account, b.balance, b.opening, b.turnovers from account_balances b join fiscal_years y using (mandant_id, year_no)
      where b.mandant_id = $1 and y.fiscal_year_id = $2`,
    [mandantId, yearId(year)],
  );
  const sums = await db.sql<{ account: number; month: string; sum: string }>(
    `select p.account, to_char(p.date, 'MM') as month, sum(p.debit - p.credit) as sum
       from postings p join fiscal_months m on m.mandant_id = p.mandant_id and m.load_no = p.load_no
       join fiscal_years y on y.mandant_id = m.mandant_id and y.year_no = m.year_no
      where p.mandant_id = $1 and y.fiscal_year_id = $2 and not p.opening group by 1, 2`,
    [mandantId, yearId(year)],
  );
  const openings = new Map<number, number>();
  const turnovers = new Map<string, number>();
  for (const entry of year.entries)
    for (const line of linesOf(entry)) {
      const amount = line.debit - line.credit;
      if (entry.opening) openings.set(line.account, (openings.get(line.account) ?? 0) + amount);
      else {
        const key = `${line.account} ${entry.date.slice(5, 7)}`;
        turnovers.set(key, (turnovers.get(key) ?? 0) + amount);
      }
    }
  const moved = (map: Map<string, number>) =>
    [...map].filter(([, sum]) => sum !== 0).map(([key, sum]) => `${key}: ${sum}`);
  return {
    shown: [
      ...balances.map((row) => `balance ${row.account}: ${row.balance}, opening ${row.opening}`),
      ...balances.flatMap((row) =>
        row.turnovers.flatMap((sum, at) =>
          sum === '0' ? [] : `turnover ${row.account} ${String(at + 1).padStart(2, '0')}: ${sum}`,
        ),
      ),
      ...sums.flatMap((row) => (row.sum === '0' ? [] : `postings ${row.account} ${row.month}: ${row.sum}`)),
    ].sort(),
    books: [
      ...[...balancesOf(year)].map(
        ([account, balance]) => `balance ${account}: ${balance}, opening ${openings.get(account) ?? 0}`,
      ),
      ...moved(turnovers).map((line) => `turnover ${line}`),
      ...moved(turnovers).map((line) => `postings ${line}`),
    ].sort(),
  };
}

/** Open items to the cent: which, how much, due when. */
export async function compareItems(db: TestDatabase, mandantId: Id, year: Year): Promise<Compared> {
  const rows = await db.sql<Record<string, string>>(
    `select i.account, i.amount, i.open, i.document_field1, to_char(i.due_date, 'YYYY-MM-DD') as due
       from open_items i join fiscal_years y using (mandant_id, year_no)
      where i.mandant_id = $1 and y.fiscal_year_id = $2 and not i.cleared`,
    [mandantId, yearId(year)],
  );
  const sign = (account: number) => (account < 700_000_000 ? 1 : -1);
  return {
    shown: rows
      .map((row) => [row['account'], row['amount'], row['open'], row['document_field1'], row['due']].join(' '))
      .sort(),
    books: year.items
      .filter((item) => item.paid !== item.amount)
      .map((item) => {
        const open = sign(item.account) * (item.amount - item.paid);
        return [item.account, sign(item.account) * item.amount, open, item.documentField1, item.dueDate].join(' ');
      })
      .sort(),
  };
}

/** Every posting with everything it says. */
export async function compareRows(db: TestDatabase, mandantId: Id, year: Year): Promise<Compared> {
  const rows = await db.sql<Record<string, unknown>>(
    `select to_char(p.date, 'YYYY-MM-DD') as day, p.* from postings p
       join fiscal_months m on m.mandant_id = p.mandant_id and m.load_no = p.load_no
       join fiscal_years y on y.mandant_id = m.mandant_id and y.year_no = m.year_no
      where p.mandant_id = $1 and y.fiscal_year_id = $2`,
    [mandantId, yearId(year)],
  );
  const columns =
    'day account contra_account debit credit text document_field1 document_link batch_number tax_key tax_rate opening'.split(
      ' ',
    );
  return {
    shown: rows.map((row) => columns.map((column) => row[column] ?? '').join('|')).sort(),
    books: year.entries.flatMap(rowsOf).sort(),
  };
}

function rowsOf(entry: Entry): string[] {
  return linesOf(entry).map((line) =>
    [
      entry.date,
      line.account,
      line.contra,
      line.debit,
      line.credit,
      entry.text,
      entry.documentField1 ?? '',
      entry.documentLink ?? '',
      entry.sequence.number,
      entry.tax?.key ?? '',
      entry.tax ? entry.tax.percent * 100 : '',
      entry.opening,
    ].join('|'),
  );
}

/** Names of debtors and creditors. */
export async function comparePartners(db: TestDatabase, mandantId: Id, books: Books): Promise<Compared> {
  const rows = await db.sql<{ account: number; name: string }>(
    'select account, name from partners where mandant_id = $1',
    [mandantId],
  );
  return {
    shown: rows.map((row) => `${row.account} ${row.name}`).sort(),
    books: books.partners.map((partner) => `${partner.account} ${partner.name}`).sort(),
  };
}
