import type { Id, VoucherRemark } from '@bruecke/model';
import type { StoredActor } from '../../db/storedValues.ts';
import type { VouchersTable } from '../../db/voucherTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type HistorySources, recordHistory } from '../../history/index.ts';

export type ChangeableColumns = Partial<
  Pick<VouchersTable, 'number' | 'voucher_date' | 'gross_cents' | 'currency' | 'partner' | 'document_type' | 'note'>
>;

/** How the columns are called outside; also the order in which they are looked at. */
const nameOf = {
  number: 'number',
  voucher_date: 'date',
  gross_cents: 'grossCents',
  currency: 'currency',
  partner: 'partner',
  document_type: 'documentType',
  note: 'note',
} as const satisfies Record<keyof ChangeableColumns, string>;
// Object.keys knows only strings; the object just above has exactly these.
export const columnNames = Object.keys(nameOf) as (keyof ChangeableColumns)[];

/**
 * Writes columns that differ, with the change beside them and its history entry. The entry names the fields only: a partner can
 * be a person, and what is hashed can't be forgotten.
 */
export async function writeChange(
  tx: Tx,
  sources: HistorySources,
  change: {
    mandantId: Id;
    voucherId: Id;
    at: Date;
    actor: StoredActor;
    columns: ChangeableColumns;
    /** Remarks found at the same time; they are written already. */
    remarks?: readonly VoucherRemark[];
  },
): Promise<{ id: Id; kind: 'voucher.fieldsChanged' }> {
  const { mandantId, voucherId, at, actor, columns, remarks } = change;
  const names = columnNames.filter((column) => column in columns);
  if (names.length > 0) await writeColumns(tx, sources, change, names);
  return recordHistory(tx, sources, {
    at,
    kind: 'voucher.fieldsChanged',
    actor,
    subject: { voucherId },
    data: { fields: names.map((column) => nameOf[column]), ...(remarks ? { remarks: [...remarks] } : {}) },
    mandantIds: [mandantId],
  });
}

async function writeColumns(
  tx: Tx,
  sources: HistorySources,
  change: { mandantId: Id; voucherId: Id; at: Date; actor: StoredActor; columns: ChangeableColumns },
  names: readonly (keyof ChangeableColumns)[],
): Promise<void> {
  const { mandantId, voucherId, at, actor, columns } = change;
  await tx
    .updateTable('vouchers')
    .set(columns)
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .execute();
  await tx
    .insertInto('voucher_field_changes')
    .values({
      mandant_id: mandantId,
      id: sources.newId(),
      voucher_id: voucherId,
      at,
      actor: JSON.stringify(actor),
      fields: JSON.stringify(Object.fromEntries(names.map((column) => [nameOf[column], columns[column] ?? null]))),
    })
    .execute();
}
