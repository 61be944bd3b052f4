import { rowsOfOrder } from '@bruecke/contract';
import type { ConnectorRow, Id } from '@bruecke/model';
import type { ConnectorCtx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type Refusal, refuse } from '../../refusal.ts';
import { type Ended, endLocked, told } from './endOrder.ts';
import { noteRefusal, type RefusalReason } from './noteRefusal.ts';
import { lockOrder, type OrderRow, openOrderOf } from './openOrder.ts';
import { readRows } from './readRows.ts';
import type { Receivers } from './receivers.ts';

export type PartInput = {
  orderId: Id;
  number: number;
  attempt: number;
  body: Buffer;
  /** This part is the last one, and the order ended well with so many rows and calls. */
  last: { rows: number; calls: number } | null;
};

type Taken =
  | { kind: 'taken'; ended: Ended | null }
  | { kind: 'gone' }
  | { kind: 'foreign' }
  | { kind: 'gap'; expected: number }
  | { kind: 'strange'; mandantId: Id | null; row: string };

/**
 * Takes the next part of an order: its rows go to the receiver in the transaction that advances the part's number, so a part that comes again
 * (its answer got lost) writes nothing twice. A gap is refused with the number expected; an order that is not this connector's, has ended,
 * or belongs to an earlier attempt, with `order_gone`, all alike. The last part may end the order, in the same transaction and with what
 * `endOrder` says of it.
 */
export async function takePart(ctx: ConnectorCtx, receivers: Receivers, input: PartInput): Promise<void> {
  const read = await readRows(input.body);
  if (!read.ok) throw await wrongRows(ctx, read.code, read.reason);
  const taken = await receive(ctx, receivers, input, read);
  switch (taken.kind) {
    case 'taken':
      if (taken.ended && input.last) await told(ctx, taken.ended, { ok: true, ...input.last });
      return;
    case 'gap':
      throw refuse('part_gap', { expected: taken.expected });
    case 'strange':
      throw await wrongRows(ctx, 'rows_refused', `a row ${taken.row} does not answer this order`, taken.mandantId);
    case 'foreign':
      await note(ctx, 'foreignOrder');
      throw refuse('order_gone');
    case 'gone':
      throw refuse('order_gone');
  }
}

async function receive(
  ctx: ConnectorCtx,
  receivers: Receivers,
  input: PartInput,
  part: { rows: readonly ConnectorRow[]; count: number },
): Promise<Taken> {
  try {
    return await ctx.withTenant({ as: 'connector', connectorId: ctx.connector.id }, async (tx) => {
      const row = await lockOrder(tx, ctx.connector, input.orderId);
      if (row === 'foreign') return { kind: 'foreign' };
      if (row === 'unbound' || row.attempt !== input.attempt) return { kind: 'gone' };
      const known = input.number <= row.parts;
      if (row.state === 'ended' && input.last && known) return { kind: 'taken', ended: null };
      if (row.state !== 'handedOut') return { kind: 'gone' };
      if (known) return { kind: 'taken', ended: null };
      if (input.number !== row.parts + 1) return { kind: 'gap', expected: row.parts + 1 };
      const strange = part.rows.find((one) => !belongsTo(row, one));
      if (strange) return { kind: 'strange', mandantId: row.mandant_id, row: strange.row };
      const after = { ...row, parts: input.number, rows: row.rows + part.count };
      // Sent together: neither needs the other's answer.
      await Promise.all([
        receivers[row.kind].rows(tx, ctx, openOrderOf(row), part.rows),
        advance(tx, after, ctx.now()),
      ]);
      const ended = input.last ? await endLocked(tx, ctx, receivers, after, { ok: true, ...input.last }) : null;
      return { kind: 'taken', ended };
    });
  } catch (error) {
    if (!isWrongData(error)) throw error;
    ctx.log(`connector ${ctx.connector.id}, order ${input.orderId}, part ${input.number}: ${error.message}`);
    throw await wrongRows(ctx, 'rows_refused', 'the database does not take them');
  }
}

async function advance(tx: Tx, { firm_id: firmId, id, parts, rows }: OrderRow, at: Date): Promise<void> {
  await tx
    .updateTable('connector_orders')
    .set({ parts, rows, moved_at: at })
    .where('firm_id', '=', firmId)
    .where('id', '=', id)
    .execute();
}

/** Whether a row may answer this order: of a kind that it asked for, and of the client that it asked about. */
function belongsTo(order: OrderRow, row: ConnectorRow): boolean {
  if (!rowsOfOrder[order.kind].includes(row.row)) return false;
  if (row.row !== 'year' || !('clientGuid' in order.order) || order.order.clientGuid === null) return true;
  return row.clientGuid.toLowerCase() === order.order.clientGuid.toLowerCase();
}

/** A value that no column takes (class 22: a 30th of February, a NUL in a text) or a rule of a table (23): the sender's fault, not ours. */
function isWrongData(error: unknown): error is Error {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23][0-9A-Z]{3}$/.test(error.code)
  );
}

async function wrongRows(
  ctx: ConnectorCtx,
  code: 'part_too_large' | 'rows_refused',
  reason: string,
  mandantId: Id | null = null,
): Promise<Refusal> {
  await note(ctx, 'rows', mandantId);
  return refuse(code, { detail: { de: reason, en: reason } });
}

function note(ctx: ConnectorCtx, reason: RefusalReason, mandantId: Id | null = null): Promise<void> {
  return noteRefusal(ctx, {
    firmId: ctx.connector.firmId,
    connectorId: ctx.connector.id,
    machine: null,
    reason,
    mandantId,
  });
}
