import type { SignedOrder } from '@bruecke/contract';
import { type ConnectorRow, connectorOrderKinds, type OrderEnd, type ProbeCode, probeCodes } from '@bruecke/model';
import type { OpenedDatev } from '../datev/openDatev.ts';
import type { SeenOrder, Status } from '../status/live.ts';
import type { DoneOrders } from '../store/doneOrders.ts';
import type { ReleasedClient } from '../store/released.ts';
import type { World } from '../world.ts';
import { carryOut, type Outcome, type Sending, sendEnd } from './carryOut.ts';
import { checkOrder, type OrderRefusal } from './checkOrder.ts';
import type { Job, Queue } from './queue.ts';

export type ReceiveParts = {
  world: World;
  trust: { instanceKey: string; connectorId: string };
  queue: Queue;
  done: DoneOrders;
  status: Status;
  openDatev: () => Promise<OpenedDatev | null>;
  readReleased: () => Promise<readonly ReleasedClient[]>;
  /** How an order's answers travel. */
  sendingFor: (signal: AbortSignal) => Sending;
  /** The hub said that this connector is revoked. */
  onRevoked: () => void;
};

/**
 * Takes one order as the hub handed it out. It is checked before it is put into the queue and once more when its turn comes, as a client
 * may have been withdrawn meanwhile. What is refused is told on the status page, and to the hub where the order is the hub's own.
 */
export async function receive(parts: ReceiveParts, value: unknown): Promise<void> {
  const { queue, status } = parts;
  const checked = await check(parts, value, true);
  if (!checked.ok) return refuse(parts, value, checked);
  const { order } = checked;
  const line = status.order({ ...described(order), result: 'running', code: null, rows: 0, calls: 0 });
  queue.add({
    id: order.id,
    attempt: order.attempt,
    run: async (signal) => {
      try {
        await begin(parts, value, order, signal, line);
      } catch (error) {
        // An error of this program. The hub gives the order again when it no longer hears of it.
        parts.world.log(`order ${order.id}: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}`);
        status.error('programError', error instanceof Error ? error.message : null);
        line({ result: 'failed', code: 'programError' });
      }
    },
  });
}

/** @param fresh not in the queue yet: then an attempt that is in hand or was begun before is a replay */
async function check(parts: ReceiveParts, value: unknown, fresh: boolean) {
  const released = new Set((await parts.readReleased()).map(({ guid }) => guid));
  const seen: Parameters<typeof checkOrder>[1]['seen'] = (order) =>
    fresh && (parts.done.has(order) || parts.queue.has(order));
  const checked = checkOrder(value, { ...parts.trust, now: parts.world.now(), released, seen });
  return { ...checked, released };
}

type ShowLine = (changed: Partial<SeenOrder>) => void;

async function begin(
  parts: ReceiveParts,
  value: unknown,
  order: SignedOrder,
  signal: AbortSignal,
  line: ShowLine,
): Promise<void> {
  const checked = await check(parts, value, false);
  if (!checked.ok && checked.refusal !== 'orderExpired') {
    line({ result: 'refused', code: checked.refusal });
    parts.status.error(checked.refusal, null);
    return void (await sendEnd(parts.sendingFor(signal), order, refusedEnd(checked.refusal)));
  }
  // It waited for too long here: given back, not refused. The hub hands it out again.
  if (!checked.ok) return void (await sendEnd(parts.sendingFor(signal), order, cancelledEnd));
  const [datev] = await Promise.all([parts.openDatev(), parts.done.add(order)]);
  const heard: ConnectorRow[] = [];
  const sending = parts.sendingFor(signal);
  const outcome =
    datev === null
      ? await sendEnd(sending, order, notSetUpEnd)
      : await carryOut({ datev: datev.session(signal), released: checked.released }, order, {
          ...sending,
          onRows: (rows) => void (order.order.kind === 'probe' && heard.push(...rows)),
        });
  show(parts, outcome, line);
  if (outcome.kind === 'ended' && datev !== null) noteDatev(parts, outcome.end, heard);
}

const none = { ok: false, rows: 0, calls: 0 } as const;
const cancelledEnd: OrderEnd = { ...none, code: 'cancelled', detail: null };
const notSetUpEnd: OrderEnd = {
  ...none,
  code: 'unexpected',
  detail: 'DATEVconnect ist auf diesem Rechner noch nicht eingerichtet: bruecke-connector datev',
};
const refusedEnd = (refusal: OrderRefusal): OrderEnd => ({ ...none, code: 'refusedByConnector', detail: refusal });

/** Refusals that end the order at the hub. A replayed one is none of them: its end would end the attempt that is running. */
const toldToHub: readonly OrderRefusal[] = ['callNotAllowed', 'clientNotReleased', 'orderExpired'];

function refuse(
  { queue, status, sendingFor }: ReceiveParts,
  value: unknown,
  { refusal, order }: { refusal: OrderRefusal; order: Pick<Job, 'id' | 'attempt'> | null },
): void {
  status.order({ ...described(value), result: 'refused', code: refusal, rows: 0, calls: 0 });
  status.error(refusal, order === null ? null : `order ${order.id}`);
  if (order === null || !toldToHub.includes(refusal)) return;
  queue.add({ ...order, run: async (signal) => void (await sendEnd(sendingFor(signal), order, refusedEnd(refusal))) });
}

/** Kind and client, as far as an order names them. */
function described(value: unknown): Pick<SeenOrder, 'kind' | 'clientGuid'> {
  const { kind, clientGuid } = Object(Object(value).order);
  return {
    kind: connectorOrderKinds.find((known) => known === kind) ?? 'unknown',
    clientGuid: typeof clientGuid === 'string' ? clientGuid.slice(0, 40) : null,
  };
}

function show(parts: ReceiveParts, outcome: Outcome, line: ShowLine): void {
  if (outcome.kind === 'dropped') {
    line({ result: 'dropped', code: outcome.reason });
    if (outcome.reason === 'revoked') parts.onRevoked();
    return;
  }
  const { end } = outcome;
  const code = end.ok ? null : end.code;
  line({ result: end.ok ? 'done' : 'failed', code, rows: end.rows, calls: end.calls });
}

/** Codes that say something about one client, not about DATEVconnect. */
const ofOneClient: readonly string[] = [
  'clientMissing',
  'clientNotReleased',
  'postingLicenceMissing',
  'dmsLicenceMissing',
];

function noteDatev({ status, world }: ReceiveParts, end: OrderEnd, heard: readonly ConnectorRow[]): void {
  const found = heard.find((row) => row.row === 'probe' && row.code !== 'ok' && !ofOneClient.includes(row.code));
  const said: { code: string; detail: string | null } =
    found?.row === 'probe' ? found : end.ok ? { code: 'ok', detail: null } : end;
  const code: ProbeCode | undefined = probeCodes.find((known) => known === said.code);
  if (code === undefined || ofOneClient.includes(code)) return;
  status.set({ datev: { code, detail: said.detail, at: world.now().toISOString() } });
  if (code === 'ok') return;
  // Under the name that the hub writes into the Protokoll.
  status.error(code === 'certificateWrong' ? 'datevCertificateWrong' : code, said.detail);
}
