import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { namesFor } from './actors.ts';
import { duplicatesOf } from './earlierUploads.ts';
import { settledOf, toCause, toFields, toMediaType, type Voucher } from './rows.ts';

/** One voucher with everything known of it. @throws Refusal `not_found` */
export function getVoucher(ctx: Ctx, input: { mandantId: Id; voucherId: Id }): Promise<Voucher> {
  return inMandant(ctx, input.mandantId, 'read', (tx) => readVoucher(tx, input));
}

/** The same in the caller's transaction, which has checked the right. */
export async function readVoucher(tx: Tx, input: { mandantId: Id; voucherId: Id }): Promise<Voucher> {
  const { mandantId, voucherId } = input;
  const row = await tx
    .selectFrom('vouchers')
    .selectAll()
    .select(settledOf('vouchers').as('settled'))
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  const changes = await tx
    .selectFrom('voucher_field_changes')
    .select(['at', 'actor', 'fields'])
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', '=', voucherId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  const shown = await namesFor(tx, [row.handed_in_by, ...changes.map((change) => change.actor)]);
  return {
    id: row.id,
    name: row.original_name,
    receivedAt: row.received_at.toISOString(),
    status: row.status,
    settled: row.settled,
    mediaType: toMediaType(row.media_type),
    size: row.size,
    sha256: row.sha256,
    documentType: row.document_type,
    note: row.note,
    fields: toFields(row),
    remarks: row.remarks,
    handedInBy: shown(row.handed_in_by),
    duplicates: await duplicatesOf(tx, { mandantId, sha256: row.sha256, but: row.id }),
    deliveries: await readDeliveries(tx, mandantId, voucherId),
    fieldChanges: changes.map((change) => ({
      at: change.at.toISOString(),
      by: shown(change.actor),
      ...splitChange(change.fields),
    })),
  };
}

type Delivery = AnswerOf<typeof api.vouchers.get>['deliveries'][number];

async function readDeliveries(tx: Tx, mandantId: Id, voucherId: Id): Promise<Delivery[]> {
  const rows = await tx
    .selectFrom('deliveries as d')
    .leftJoin('receipts as r', (join) =>
      join.onRef('r.mandant_id', '=', 'd.mandant_id').onRef('r.delivery_id', '=', 'd.id'),
    )
    .leftJoin('mandant_history_seals as s', (join) =>
      join.onRef('s.mandant_id', '=', 'r.mandant_id').onRef('s.entry_id', '=', 'r.history_entry_id'),
    )
    .selectAll('d')
    .select(['r.id as receipt_id', 's.seq as receipt_seq'])
    .where('d.mandant_id', '=', mandantId)
    .where('d.voucher_id', '=', voucherId)
    .orderBy('d.run', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    run: row.run,
    phase: row.phase,
    maybeThere: row.maybe_there,
    channel: row.channel,
    guid: row.guid,
    fileNameSent: row.file_name_sent,
    documentType: row.document_type,
    consultantNumber: row.consultant_number,
    mandantNumber: row.mandant_number,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    cause: toCause(row.cause),
    createdAt: row.created_at.toISOString(),
    arrivedAt: row.arrived_at?.toISOString() ?? null,
    receipt: row.receipt_id === null ? null : { sealed: row.receipt_seq !== null },
    reason: row.reason,
  }));
}

type Change = Pick<Voucher['fieldChanges'][number], 'fields' | 'documentType' | 'note'>;

/** Stored together, because they are changed together; shown apart, as they stand in a voucher. */
function splitChange(stored: Record<string, unknown>): Change {
  const { documentType, note, remarks: _remarks, ...fields } = stored;
  return {
    // Written by changeVoucher and the inspector in exactly this form.
    fields: fields as Change['fields'],
    ...(documentType === undefined ? {} : { documentType: documentType as string | null }),
    ...(note === undefined ? {} : { note: note as string | null }),
  };
}
