import { gzipSync } from 'node:zlib';
import type { SignedOrder } from '@bruecke/contract';
import { type ConnectorRow, countRows, type Id, type OrderEnd, type OrderFailureCode } from '@bruecke/model';
import type { TestServices } from '../../testServices.ts';
import { endOrder } from '../connectors/endOrder.ts';
import { clientsReceiver, probeReceiver, type Receivers } from '../connectors/index.ts';
import { poll } from '../connectors/poll.ts';
import { takePart } from '../connectors/takePart.ts';
import { connectorCtx } from '../connectors/testLink.ts';
import { createWakes } from '../connectors/wakes.ts';
import { figureReceivers } from './sync/receivers.ts';
import type { TestBooks } from './testBooks.ts';

export const receivers: Receivers = { ...figureReceivers, probe: probeReceiver, listClients: clientsReceiver };

const gone = AbortSignal.abort();
const wakes = createWakes(async () => undefined);

export type TestConnectorOptions = {
  firmId: Id;
  connectorId: Id;
  books: readonly TestBooks[];
  /** Rows per part. */
  partRows?: number;
  /** Told before each order; a code makes it fail, `stop` ends the program there and then. */
  before?: (order: SignedOrder, count: number) => OrderFailureCode | 'stop' | undefined;
  /** Told after each part; `stop` ends the program there. */
  afterPart?: (order: SignedOrder, part: number) => 'stop' | undefined;
};

/** Works like the real program, through the hub's own verbs, until there is nothing to do. Answers the orders it carried out. */
export async function runTestConnector(services: TestServices, options: TestConnectorOptions): Promise<SignedOrder[]> {
  const ctx = connectorCtx(services, options.connectorId, options.firmId);
  const done: SignedOrder[] = [];
  for (;;) {
    const { orders } = await poll(
      ctx,
      { receivers, wakes },
      {
        machine: 'DATEV-SRV-01',
        os: 'Windows Server 2022',
        version: '1.0.0',
        lastError: null,
        released: options.books.map((book) => book.clientGuid),
        running: [],
      },
      gone,
    );
    if (orders.length === 0) return done;
    for (const order of orders) {
      const fault = options.before?.(order, done.length);
      if (fault === 'stop') return done;
      done.push(order);
      if (!(await carryOut(services, options, order, fault ?? null))) return done;
    }
  }
}

async function carryOut(
  services: TestServices,
  options: TestConnectorOptions,
  order: SignedOrder,
  fault: OrderFailureCode | null,
): Promise<boolean> {
  const ctx = connectorCtx(services, options.connectorId, options.firmId);
  const answer = fault ?? answerOf(options.books, order);
  const end = (given: OrderEnd) => endOrder(ctx, receivers, { orderId: order.id, attempt: order.attempt, end: given });
  if (typeof answer === 'string') {
    await end({ ok: false, rows: 0, calls: 1, code: answer, detail: null });
    return true;
  }
  const size = options.partRows ?? 1000;
  for (let part = 1; (part - 1) * size < answer.length; part += 1) {
    const rows = answer.slice((part - 1) * size, part * size);
    const body = gzipSync(rows.map((row) => JSON.stringify(row)).join('\n'));
    await takePart(ctx, receivers, { orderId: order.id, attempt: order.attempt, number: part, body, last: null });
    if (options.afterPart?.(order, part) === 'stop') return false;
  }
  await end({ ok: true, rows: countRows(answer), calls: callsOf(order) });
  return true;
}

const callsOf = (order: SignedOrder) => (order.order.kind === 'checkYear' ? 3 : 1);

function answerOf(books: readonly TestBooks[], { order }: SignedOrder): ConnectorRow[] | OrderFailureCode {
  if (order.kind === 'listClients') return [];
  const { clientGuid } = order;
  return books.find((book) => book.clientGuid === clientGuid)?.answer(order) ?? 'clientMissing';
}
