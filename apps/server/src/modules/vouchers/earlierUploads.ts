import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { rowColumns, type StoredRow, settledOf, toVoucherRow, type VoucherRow } from './rows.ts';

export type Known = { id: Id; name: string; receivedAt: string };
type HandedIn = { voucher: VoucherRow; duplicates: Known[]; repeated: boolean };
export type Answer = {
  answer: HandedIn;
  history: { kind: 'voucher.received' } | ({ kind: 'voucher.received' } | { kind: 'delivery.queued' })[] | 'unchanged';
};

/**
 * For each upload the voucher that an earlier one with its id made, in the answer's form; null when there is none. An upload of
 * unknown hash has none: without one to compare, only its bytes can tell whether it is the same file.
 * @throws Refusal `upload_id_reused` when the earlier one had other bytes
 */
export async function findEarlierUploads(
  tx: Tx,
  mandantId: Id,
  uploads: readonly { uploadId: Id; sha256?: string | undefined }[],
): Promise<(Answer | null)[]> {
  const hashed = uploads.filter(({ sha256 }) => sha256 !== undefined);
  if (hashed.length === 0) return uploads.map(() => null);
  const { rows } = await sql<StoredRow & { place: number; sha256: string; settled: boolean }>`
    select wanted.place, v.sha256, ${sql.join(rowColumns.map((column) => sql.ref(`v.${column}`)))}, ${settledOf('v')} as settled
      from unnest(${uploads.map(({ uploadId }) => uploadId)}::uuid[]) with ordinality as wanted (upload_id, place)
      join vouchers v on v.mandant_id = ${mandantId} and v.upload_id = wanted.upload_id`.execute(tx);
  const found = new Map(rows.map((row) => [row.place - 1, row]));
  const answers: (Answer | null)[] = [];
  for (const [index, { sha256 }] of uploads.entries()) {
    const row = sha256 === undefined ? undefined : found.get(index);
    if (row && row.sha256 !== sha256) throw refuse('upload_id_reused');
    const duplicates = row ? await duplicatesOf(tx, { mandantId, sha256: row.sha256, but: row.id }) : [];
    answers.push(
      row ? { answer: { voucher: toVoucherRow(row), duplicates, repeated: true }, history: 'unchanged' } : null,
    );
  }
  return answers;
}

/** Other vouchers of the Mandant with the same bytes, oldest first, 20 at most. */
export async function duplicatesOf(tx: Tx, given: { mandantId: Id; sha256: string; but: Id }): Promise<Known[]> {
  const rows = await tx
    .selectFrom('vouchers')
    .select(['id', 'original_name', 'received_at'])
    .where('mandant_id', '=', given.mandantId)
    .where('sha256', '=', given.sha256)
    .where('id', '<>', given.but)
    .orderBy('received_at')
    .limit(20)
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.original_name, receivedAt: row.received_at.toISOString() }));
}
