import type { FiguresSession } from '@bruecke/channels/figures-from-datevconnect/channel';
import { runOrder } from '@bruecke/channels/figures-from-datevconnect/channel';
import type { SignedOrder } from '@bruecke/contract';
import type { ConnectorRow, OrderEnd } from '@bruecke/model';
import type { BackOff } from '../link/backOff.ts';
import type { Link, LinkAnswer } from '../link/link.ts';
import { type LinkError, linkErrorFor, linkErrorOf } from '../link/linkError.ts';
import { createPartWriter } from '../link/parts.ts';

/** How an order came to its end on this side. `dropped`: nothing more to tell the hub about it. */
export type Outcome =
  | { kind: 'ended'; end: OrderEnd }
  | { kind: 'dropped'; reason: 'gone' | 'rowsDiffer' | 'stopped' | 'revoked' };

/** How an order's answers travel to the hub. */
export type Sending = {
  link: Link;
  /** Of this order alone. */
  backOff: BackOff;
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Fires when the hub cancelled the order or the program stops. */
  signal: AbortSignal;
  onLinkError: (error: LinkError) => void;
  /** Told of rows before they are sent. */
  onRows?: (rows: readonly ConnectorRow[]) => void;
};

type OrderName = { id: string; attempt: number };

/** Thrown through the reading of rows to stop it; carries what the hub's answer means. */
class Stopped extends Error {
  readonly outcome: Outcome | 'rowsRefused';

  constructor(outcome: Outcome | 'rowsRefused') {
    super('stopped');
    this.outcome = outcome;
  }
}

/**
 * Carries out one order: reads at DATEV, sends rows in numbered parts while they come, then the end. What the network or a disturbed
 * hub do is waited out; a part is repeated until it was taken, which is harmless as it has its number.
 */
export async function carryOut(session: FiguresSession, signed: SignedOrder, sending: Sending): Promise<Outcome> {
  try {
    const { end, told } = await readAndSend(session, signed, sending);
    return told ? { kind: 'ended', end } : await sendEnd(sending, signed, end);
  } catch (thrown) {
    if (!(thrown instanceof Stopped)) throw thrown;
    if (thrown.outcome !== 'rowsRefused') return thrown.outcome;
    const refused = { ok: false, rows: 0, calls: 0, code: 'unexpected', detail: 'the hub refused the rows' } as const;
    return sendEnd(sending, signed, refused);
  }
}

/** `told`: the last part said how the order ended, as the hub allows it. */
async function readAndSend(
  session: FiguresSession,
  signed: SignedOrder,
  sending: Sending,
): Promise<{ end: OrderEnd; told: boolean }> {
  let number = 0;
  const writer = createPartWriter(async (packed, last) => {
    number++;
    const headers = { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' };
    const ended = last === null ? '' : `&rows=${last.rows}&calls=${last.calls}`;
    const path = `/orders/${signed.id}/parts/${number}?attempt=${signed.attempt}${ended}`;
    const answer = await untilAnswered(sending, () => sending.link.post(path, packed, headers, sending.signal));
    if (!answer.ok) throw new Stopped(meaningOfPart(answer));
  });
  const steps = runOrder(session, signed.order);
  try {
    let next = await steps.next();
    for (; !next.done; next = await steps.next()) {
      sending.onRows?.(next.value);
      await writer.add(next.value);
    }
    const end = next.value;
    const ends = end.ok && signed.lastPartEnds === true;
    const sent = await writer.finish(ends ? end : null);
    return { end, told: ends && sent };
  } finally {
    await steps.return({ ok: false, rows: 0, calls: 0, code: 'cancelled', detail: null });
  }
}

type Refusal = Extract<LinkAnswer, { ok: false }>;

function meaningOfPart({ status, code }: Refusal): Outcome | 'rowsRefused' {
  if (code === 'rows_refused' || status === 413) return 'rowsRefused';
  return meaningOf(code);
}

/** `order_gone`, and whatever else means that this attempt is of no use any more: a gap has lost parts that are not here any longer. */
function meaningOf(code: string): Outcome {
  if (code === 'connector_revoked' || code === 'signature_refused') return { kind: 'dropped', reason: 'revoked' };
  return { kind: 'dropped', reason: code === 'rows_differ' ? 'rowsDiffer' : 'gone' };
}

/** Tells the hub how an order ended. Never throws. */
export async function sendEnd(sending: Sending, { id, attempt }: OrderName, end: OrderEnd): Promise<Outcome> {
  const path = `/orders/${id}/end?attempt=${attempt}`;
  try {
    const answer = await untilAnswered(sending, () => sending.link.postJson(path, end, sending.signal));
    return answer.ok ? { kind: 'ended', end } : meaningOf(answer.code);
  } catch (thrown) {
    if (thrown instanceof Stopped && thrown.outcome !== 'rowsRefused') return thrown.outcome;
    throw thrown;
  }
}

/** Repeats a request until the hub itself answered it: not for no answer, for an answer of somebody in between, or a disturbed hub. */
async function untilAnswered(sending: Sending, post: () => Promise<LinkAnswer>): Promise<LinkAnswer> {
  for (;;) {
    let asked: number | null = null;
    try {
      const answer = await post();
      if (answer.ok || !isPassing(answer)) {
        sending.backOff.reset();
        return answer;
      }
      asked = answer.retryAfterMs;
      sending.onLinkError(linkErrorFor(answer));
    } catch (thrown) {
      if (!sending.signal.aborted) sending.onLinkError(linkErrorOf(thrown));
    }
    if (!sending.signal.aborted) await sending.wait(sending.backOff.next(asked), sending.signal);
    if (sending.signal.aborted) throw new Stopped({ kind: 'dropped', reason: 'stopped' });
  }
}

function isPassing({ status, code }: Refusal): boolean {
  if (status === 413) return false;
  return (
    status === 429 ||
    status >= 500 ||
    status === 407 ||
    code === 'digest_mismatch' ||
    code === 'bad_nonce' ||
    code.startsWith('http_')
  );
}
