import { gunzipSync, gzipSync } from 'node:zlib';
import type { FiguresSession } from '@bruecke/channels/figures-from-datevconnect/channel';
import type { SignedOrder } from '@bruecke/contract';
import { type Books, type BooksOptions, createOnPremSandbox, type OnPremSandbox } from '@bruecke/datev-sandbox';
import { createGate, createSession, PARALLEL_CALLS, type Transport } from '@bruecke/datevconnect';
import { blockOf, errorCodes, type Id, type PostingsRow, postingsIn } from '@bruecke/model';
import type { Link, LinkAnswer } from '../../connector/src/link/link.ts';
import { carryOut, type Sending } from '../../connector/src/runner/carryOut.ts';
import { orderReceivers } from '../src/compose.ts';
import type { ConnectorCtx } from '../src/context.ts';
import type { TestDatabase } from '../src/db/testDatabase.ts';
import { syncFigures } from '../src/modules/accounting/sync/syncFigures.ts';
import { endOrder } from '../src/modules/connectors/endOrder.ts';
import { poll } from '../src/modules/connectors/poll.ts';
import { type PartInput, takePart } from '../src/modules/connectors/takePart.ts';
import { connectorCtx, layBinding, layConnector } from '../src/modules/connectors/testLink.ts';
import { createWakes } from '../src/modules/connectors/wakes.ts';
import { Refusal } from '../src/refusal.ts';
import type { TestFirms } from '../src/testFirms.ts';
import type { TestServices } from '../src/testServices.ts';

/** What goes wrong on the way, told before it happens; each answers whether it does. */
export type Faults = {
  /** DATEV does not answer this call. */
  call(): boolean;
  /** The hub dies in this transaction, which is rolled back. */
  commit(): boolean;
  /** The answer of the hub gets lost after it did what was asked. */
  answer(): boolean;
  /** The connector's machine is switched off before this order, or in the middle of it. */
  restart(): boolean;
  /** No fault: this order's postings come as those of a busy month do, day by day from DATEV, in many parts and in no order to the hub. */
  busy(): boolean;
};
const never = () => false;
export const noFaults: Faults = { call: never, commit: never, answer: never, restart: never, busy: never };

export type FiguresCase = { mandantId: Id; connectionId: Id; books: Books };
export type FiguresWorld = {
  sandbox: OnPremSandbox;
  cases: FiguresCase[];
  /** Begins runs where it is time for them, and lets the connector work until there is nothing to do. */
  run(faults?: Faults): Promise<void>;
  /** Orders that were carried out since the last time this was asked. */
  takeOrders(): SignedOrder[];
};

/**
 * Hub, connector and DATEV in one process: the hub's own verbs on the real database, the connector's own runner and channel, the protocol
 * client, and DATEV's sandbox. Only wires are short: no socket, no signature; those have tests of their own.
 */
export async function layFiguresWorld(
  db: TestDatabase,
  services: TestServices,
  make: TestFirms,
  options: readonly BooksOptions[],
): Promise<FiguresWorld> {
  const sandbox = createOnPremSandbox({ books: options, user: 'KANZLEI\\leser', password: 'geheim' });
  const firm = await make.firm('Kanzlei Nord');
  const released = sandbox.control.books().map((books) => books.guid);
  const connectorId = await layConnector(db, services, firm.id, { confirmedBy: firm.admin.id, released });
  const cases: FiguresCase[] = [];
  for (const books of sandbox.control.books()) {
    const mandant = await make.mandant(books.name, { firmId: firm.id, mandantNumber: books.clientNumber });
    const connectionId = await layBinding(db, services, {
      mandantId: mandant.id,
      engagementId: mandant.engagementId ?? '',
      connectorId,
      guid: books.guid,
      consultantNumber: books.consultantNumber,
      mandantNumber: books.clientNumber,
    });
    cases.push({ mandantId: mandant.id, connectionId, books });
  }
  const orders: SignedOrder[] = [];
  const connector = createConnector(services, sandbox, { firmId: firm.id, connectorId, released, orders });
  return {
    sandbox,
    cases,
    run: async (faults = noFaults) => {
      for (const { mandantId } of cases) await syncFigures(services, { mandantId });
      await connector(faults);
    },
    takeOrders: () => orders.splice(0),
  };
}

function createConnector(
  services: TestServices,
  sandbox: OnPremSandbox,
  at: { firmId: Id; connectorId: Id; released: string[]; orders: SignedOrder[] },
) {
  const gate = createGate(PARALLEL_CALLS);
  const wakes = createWakes(async () => undefined);
  const told = { machine: 'DATEV-SRV-01', os: 'Windows Server 2022', version: '1.0.0', lastError: null };
  const gone = AbortSignal.abort();
  return async (faults: Faults): Promise<void> => {
    const ctx = connectorCtx(dyingServices(services, faults), at.connectorId, at.firmId);
    const send = sandboxTransport(sandbox, faults);
    const look = () =>
      poll(ctx, { receivers: orderReceivers, wakes }, { ...told, released: at.released, running: [] }, gone);
    for (;;) {
      const orders = await untilCommitted(look);
      if (orders.orders.length === 0) return;
      // What is not carried out before a restart is not named as running any more, and comes again.
      for (const order of orders.orders) {
        if (faults.restart()) break;
        const stopping = new AbortController();
        const busy = order.order.kind === 'readPostings' && faults.busy();
        const link = shortLink(ctx, faults, busy ? busyPartRows : null, () => {
          if (faults.restart()) stopping.abort();
        });
        const session: FiguresSession = {
          datev: createSession({ send, gate, signal: stopping.signal }),
          released: new Set(at.released),
        };
        const sending: Sending = {
          link,
          backOff: { next: () => 0, reset: () => undefined },
          wait: async () => undefined,
          signal: stopping.signal,
          onLinkError: () => undefined,
        };
        at.orders.push(order);
        await carryOut(session, busy ? expectingMuch(order) : order, sending);
      }
    }
  };
}

/** Rows of a part, where a month is to have many parts. */
const busyPartRows = 7;

/** So many rows expected that the window is halved down to days. */
function expectingMuch(order: SignedOrder): SignedOrder {
  return order.order.kind === 'readPostings' ? { ...order, order: { ...order.order, expectedRows: 1e6 } } : order;
}

async function untilCommitted<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
  }
}

class Died extends Error {}

/** A hub that dies now and then right before it commits. */
function dyingServices(services: TestServices, faults: Faults): TestServices {
  return {
    ...services,
    withTenant: (context, work, options) =>
      services.withTenant(
        context,
        async (tx) => {
          const result = await work(tx);
          if (faults.commit()) throw new Died('the hub died before it committed');
          return result;
        },
        options,
      ),
  };
}

/** The sandbox as the protocol client's transport. */
function sandboxTransport(sandbox: OnPremSandbox, faults: Faults): Transport {
  return async ({ path, accept }) => {
    if (faults.call()) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const answer = await sandbox.answer({
      method: 'GET',
      url: new URL(path, 'https://localhost'),
      header: (name) => (name.toLowerCase() === 'accept' ? accept : undefined),
    });
    const { status, headers, body } = answer;
    return {
      status,
      headers,
      body: (async function* () {
        for (const piece of body) yield Buffer.from(piece, 'utf8');
      })(),
    };
  };
}

/**
 * The connector's link with nothing between it and the hub's verbs. `partRows`: each part goes to the hub as several of so many rows, under
 * numbers that go on; a part that is repeated is repeated with all of them.
 */
function shortLink(ctx: ConnectorCtx, faults: Faults, partRows: number | null, beforePart: () => void): Link {
  // How many parts of the hub's count each part here became.
  const pieces = new Map<number, number>();
  const takeAll = async (input: PartInput): Promise<void> => {
    const bodies = partRows === null ? [input.body] : split(input.body, partRows);
    const first = [...pieces].reduce((sum, [number, count]) => (number < input.number ? sum + count : sum), 1);
    pieces.set(input.number, bodies.length);
    for (const [at, body] of bodies.entries()) {
      beforePart();
      const last = at === bodies.length - 1 ? input.last : null;
      await takePart(ctx, orderReceivers, { ...input, number: first + at, body, last });
    }
  };
  const post = async (path: string, body: Buffer): Promise<LinkAnswer> => {
    const url = new URL(path, 'https://hub');
    const [, , orderId = '', what, number] = url.pathname.split('/');
    const { searchParams: query } = url;
    const attempt = Number(query.get('attempt'));
    const last = query.has('rows') ? { rows: Number(query.get('rows')), calls: Number(query.get('calls')) } : null;
    try {
      if (what === 'parts') await takeAll({ orderId, number: Number(number), attempt, body, last });
      else await endOrder(ctx, orderReceivers, { orderId, attempt, end: JSON.parse(body.toString('utf8')) });
    } catch (error) {
      if (error instanceof Died)
        return { ok: false, status: 500, code: 'unexpected', expected: null, retryAfterMs: null };
      if (!(error instanceof Refusal)) throw error;
      const { status } = errorCodes[error.code];
      return { ok: false, status, code: error.code, expected: null, retryAfterMs: null };
    }
    if (faults.answer()) throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return { ok: true, json: null };
  };
  return {
    post: (path, body) => post(path, body),
    postJson: (path, body) => post(path, Buffer.from(JSON.stringify(body))),
  };
}

/** A part of postings as several, of so many each and the last first: DATEV promises no order. */
function split(packed: Buffer, rows: number): Buffer[] {
  const lines = gunzipSync(packed).toString('utf8').trimEnd().split('\n');
  // Written by the connector's own code, for an order that brings nothing else.
  const postings = lines.flatMap((line) => postingsIn(JSON.parse(line) as PostingsRow)).toReversed();
  return Array.from({ length: Math.ceil(postings.length / rows) }, (_, at) =>
    gzipSync(JSON.stringify(blockOf(postings.slice(at * rows, (at + 1) * rows)))),
  );
}
