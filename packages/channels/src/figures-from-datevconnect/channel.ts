import {
  type DatevSession,
  type ListEnd,
  listAccountPostings,
  listClients,
  listFiscalYears,
  listOpenItems,
  listPartners,
  listRecords,
  listSequences,
  listStatistics,
  listSumsAndBalances,
  listTermsOfPayment,
  type Operation,
  type YearKey,
} from '@bruecke/datevconnect';
import { type ConnectorOrder, type ConnectorRow, countRows, type OrderEnd, type YearAtDatev } from '@bruecke/model';
import { type Blocks, createBlocks } from './blocks.ts';
import { probe } from './probe.ts';
import { type Problem, problemAtEnd } from './problem.ts';
import {
  balanceRow,
  batchRow,
  clientRow,
  openItemRow,
  partnerRow,
  rebuiltPostings,
  statisticsRow,
  termRow,
  toPosting,
  yearRow,
} from './rows.ts';
import { windowsOf } from './windows.ts';

export { type Problem, problemOf } from './problem.ts';
export { MOST_ROWS_AT_ONCE, type Window, windowsOf } from './windows.ts';

/** The firm's DATEVconnect as this machine may use it. */
export interface FiguresSession {
  readonly datev: DatevSession;
  /** GUIDs of the clients released on this machine, in any case. */
  readonly released: ReadonlySet<string>;
}

/** Whether a client is on the machine's list, whatever the case of its GUID. */
export function isReleased(session: Pick<FiguresSession, 'released'>, clientGuid: string): boolean {
  return session.released.has(clientGuid.toLowerCase()) || session.released.has(clientGuid.toUpperCase());
}

/** Rows in batches; at the end what went wrong, or null. */
type Steps = AsyncGenerator<ConnectorRow[], Problem | null, undefined>;

/**
 * Carries out one order of the hub: rows in batches while they arrive from DATEV, then how it ended. Never throws for what DATEV or
 * the network do. Rows before a failure have been given already; `rows` counts them.
 */
export async function* runOrder(
  session: FiguresSession,
  order: ConnectorOrder,
): AsyncGenerator<ConnectorRow[], OrderEnd, undefined> {
  let rows = 0;
  let calls = 0;
  const datev: DatevSession = {
    ...session.datev,
    onCall(operation) {
      calls++;
      session.datev.onCall(operation);
    },
  };
  const steps = stepsOf({ ...session, datev }, order);
  try {
    let next = await steps.next();
    for (; !next.done; next = await steps.next()) {
      rows += countRows(next.value);
      yield next.value;
    }
    return next.value === null ? { ok: true, rows, calls } : { ok: false, rows, calls, ...next.value };
  } finally {
    await steps.return(null);
  }
}

function stepsOf(session: FiguresSession, order: ConnectorOrder): Steps {
  const { datev } = session;
  switch (order.kind) {
    case 'probe':
      return probeSteps(session, order.clientGuid);
    case 'listClients':
      return clientsAndNewestYears(session);
    case 'listYears':
      return yearsOf(session, order.clientGuid);
    case 'checkYear':
      return checkYear(datev, keyOf(order));
    case 'readPostings':
      return postings(datev, order);
    case 'readRecords':
      return records(datev, keyOf(order), order.sequenceIds);
    case 'readOpenItems':
      return openItems(datev, keyOf(order));
    case 'readPartners':
      return partners(datev, keyOf(order), order.since);
    case 'readTermsOfPayment':
      return forward('termsOfPayment', listTermsOfPayment(datev, keyOf(order)), each(termRow));
  }
}

function keyOf({ clientGuid, fiscalYearId }: YearAtDatev): YearKey {
  return { clientId: clientGuid, fiscalYearId };
}

/** Passes a list on as rows. */
async function* forward<T>(
  operation: Operation,
  list: AsyncGenerator<T[], ListEnd, undefined>,
  toRows: (batch: readonly T[]) => ConnectorRow[],
): Steps {
  try {
    let next = await list.next();
    for (; !next.done; next = await list.next()) yield toRows(next.value);
    return problemAtEnd(operation, next.value);
  } finally {
    // Whoever stops listening breaks the call off; after its end this does nothing.
    await list.return({ ok: true, elements: 0, unreadable: 0, messages: [] });
  }
}

const each =
  <T>(toRow: (element: T) => ConnectorRow) =>
  (batch: readonly T[]) =>
    batch.map(toRow);

/** One after the other, as long as all goes well. */
async function* inTurn(...parts: (() => Steps)[]): Steps {
  for (const part of parts) {
    const problem = yield* part();
    if (problem !== null) return problem;
  }
  return null;
}

function probeSteps(session: FiguresSession, asked: string | null): Steps {
  const guid = asked ?? [...session.released][0] ?? null;
  return probe(session.datev, guid === null ? null : { guid, released: isReleased(session, guid) });
}

/** All of a small list, or what went wrong. */
async function gathered<T>(
  operation: Operation,
  list: AsyncGenerator<T[], ListEnd, undefined>,
): Promise<{ elements: T[]; problem: Problem | null }> {
  const elements: T[] = [];
  let next = await list.next();
  for (; !next.done; next = await list.next()) elements.push(...next.value);
  return { elements, problem: problemAtEnd(operation, next.value) };
}

/** A released client that is gone, or for which the right is missing, does not keep the others from being listed. */
const ofOneClient: readonly Problem['code'][] = ['clientMissing', 'dataRightMissing'];

async function* clientsAndNewestYears(session: FiguresSession): Steps {
  const { elements, problem } = await gathered('clients', listClients(session.datev));
  if (problem !== null) return problem;
  for (const client of elements.filter(({ id }) => isReleased(session, id))) {
    const years = await gathered('fiscalYears', listFiscalYears(session.datev, client.id));
    if (years.problem !== null && !ofOneClient.includes(years.problem.code)) return years.problem;
    const newest = years.elements.toSorted((a, b) => a.begin.localeCompare(b.begin)).at(-1);
    yield [clientRow(client), ...(newest === undefined ? [] : [yearRow(client.id, newest)])];
  }
  return null;
}

function yearsOf(session: FiguresSession, clientGuid: string): Steps {
  const list = listFiscalYears(session.datev, clientGuid);
  return forward(
    'fiscalYears',
    list,
    each((year) => yearRow(clientGuid, year)),
  );
}

function checkYear(datev: DatevSession, year: YearKey): Steps {
  return inTurn(
    () => forward('statistics', listStatistics(datev, year), each(statisticsRow)),
    () => forward('sumsAndBalances', listSumsAndBalances(datev, year), each(balanceRow)),
    () => forward('sequences', listSequences(datev, year), each(batchRow)),
  );
}

function postings(datev: DatevSession, order: Extract<ConnectorOrder, { kind: 'readPostings' }>): Steps {
  const windows = windowsOf({ from: order.from, to: order.to }, order.expectedRows);
  const blocks = createBlocks();
  return inTurn(
    ...windows.map((window) => () => {
      const list = listAccountPostings(datev, keyOf(order), window);
      return forward('accountPostings', list, (batch) => blocks.add(batch.map(toPosting)));
    }),
    () => lastOf(blocks),
  );
}

async function* lastOf(blocks: Blocks): Steps {
  yield blocks.rest();
  return null;
}

async function* records(datev: DatevSession, year: YearKey, sequenceIds: readonly string[]): Steps {
  const { elements, problem } = await gathered('sequences', listSequences(datev, year));
  if (problem !== null) return problem;
  const numbers = new Map(elements.map(({ id, number }) => [id, number]));
  const blocks = createBlocks();
  for (const id of sequenceIds) {
    const number = numbers.get(id);
    // A batch that is gone has no records; the next look at the year will see that it is gone.
    if (number === undefined) continue;
    const list = listRecords(datev, year, id);
    const failed = yield* forward('records', list, (batch) =>
      blocks.add(batch.flatMap((record) => rebuiltPostings(record, number))),
    );
    if (failed !== null) return failed;
  }
  return yield* lastOf(blocks);
}

function openItems(datev: DatevSession, year: YearKey): Steps {
  return inTurn(
    () =>
      forward(
        'receivables',
        listOpenItems(datev, year, 'receivables'),
        each((item) => openItemRow('receivable', item)),
      ),
    () =>
      forward(
        'payables',
        listOpenItems(datev, year, 'payables'),
        each((item) => openItemRow('payable', item)),
      ),
  );
}

function partners(datev: DatevSession, year: YearKey, since: string | null): Steps {
  return inTurn(
    () =>
      forward(
        'debitors',
        listPartners(datev, year, 'debitors', since),
        each((one) => partnerRow('debtor', one)),
      ),
    () =>
      forward(
        'creditors',
        listPartners(datev, year, 'creditors', since),
        each((one) => partnerRow('creditor', one)),
      ),
  );
}
