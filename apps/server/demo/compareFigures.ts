import type { AnswerOf, api } from '@bruecke/contract';
import { type Books, balancesOf, linesOf, type Year } from '@bruecke/datev-sandbox';
import type { Client } from './client.ts';

type Answers = typeof api.figures;
export type ComparedYear = {
  label: string;
  accounts: number;
  postings: number;
  debitCents: number;
  openItems: number;
  /** What is not the same to the cent; empty as a rule. */
  differences: string[];
};

/** Compares what the pages show of every fiscal year with DATEV's books: each balance, the sums of all postings, what is open. */
export async function compareFigures(client: Client, mandantId: string, books: Books): Promise<ComparedYear[]> {
  const path = `/mandanten/${mandantId}/figures/years`;
  const { years } = await client.call<AnswerOf<Answers['years']>>('GET', path);
  const compared: ComparedYear[] = [];
  for (const year of books.years) {
    const shown = years.find(({ firstDay }) => firstDay === year.begin);
    compared.push(
      shown
        ? await compareYear(client, `${path}/${shown.yearNo}`, shown.label, year)
        : { label: year.begin, accounts: 0, postings: 0, debitCents: 0, openItems: 0, differences: ['not shown'] },
    );
  }
  return compared;
}

async function compareYear(client: Client, path: string, label: string, year: Year): Promise<ComparedYear> {
  const balances = balancesOf(year);
  const shown = await readBalances(client, path);
  const lines = year.entries.flatMap(linesOf);
  const journal = await client.call<AnswerOf<Answers['journal']>>('GET', `${path}/postings?limit=1`);
  const debit = sumOf(lines.map((line) => line.debit));
  const wanted = { rows: lines.length, debit, credit: sumOf(lines.map((line) => line.credit)) };
  const differences = [...new Set([...balances.keys(), ...shown.keys()])]
    .filter((account) => (balances.get(account) ?? 0) !== (shown.get(account) ?? 0))
    .map((account) => `${account}: ${shown.get(account)} instead of ${balances.get(account)}`);
  for (const [what, sum] of Object.entries(wanted)) {
    const found = Object(journal.totals)[what];
    if (found !== sum) differences.push(`postings, ${what}: ${found} instead of ${sum}`);
  }
  const items = await compareItems(client, path, year);
  return {
    label,
    accounts: balances.size,
    postings: lines.length,
    debitCents: debit,
    openItems: items.count,
    differences: [...differences, ...items.differences],
  };
}

async function readBalances(client: Client, path: string): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (let next: string | null = ''; next !== null; ) {
    const cursor: string = next === '' ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page: AnswerOf<Answers['sums']> = await client.call('GET', `${path}/accounts?limit=500${cursor}`);
    for (const { account, balance } of page.rows) found.set(account, balance);
    next = page.next;
  }
  return found;
}

const firstCreditor = 700_000_000;

async function compareItems(client: Client, path: string, year: Year) {
  const differences: string[] = [];
  let count = 0;
  for (const side of ['receivable', 'payable'] as const) {
    const page = await client.call<AnswerOf<Answers['openItems']>>('GET', `${path}/open-items?side=${side}&limit=1`);
    const open = year.items.filter(
      ({ account, amount, paid }) => account >= firstCreditor === (side === 'payable') && amount !== paid,
    );
    const wanted = { count: open.length, open: sumOf(open.map(({ amount, paid }) => amount - paid)) };
    const { totals } = page;
    if (totals.count !== wanted.count || totals.open !== wanted.open)
      differences.push(
        `open items, ${side}: ${totals.count} with ${totals.open} instead of ${wanted.count} with ${wanted.open}`,
      );
    count += open.length;
  }
  return { count, differences };
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
