import type { AnswerOf, api } from '@bruecke/contract';
import { type AcceptedMediaType, acceptedMediaTypes } from '@bruecke/model';
import { type Selectable, sql } from 'kysely';
import type { StoredCause } from '../../db/storedValues.ts';
import type { VouchersTable } from '../../db/voucherTables.ts';

export type VoucherRow = AnswerOf<typeof api.vouchers.list>['vouchers'][number];
export type Voucher = AnswerOf<typeof api.vouchers.get>;

/** What a row of the list is made of; all of it stands in `vouchers`. */
export const rowColumns = [
  'id',
  'original_name',
  'received_at',
  'status',
  'media_type',
  'size',
  'document_type',
  'number',
  'voucher_date',
  'gross_cents',
  'currency',
  'partner',
  'remarks',
  'cause',
] as const satisfies readonly (keyof VouchersTable)[];

export type StoredRow = Pick<Selectable<VouchersTable>, (typeof rowColumns)[number]>;

/** A person's word is all that says that it is there. `of`: the name that its row of `vouchers` has in the query. */
export const settledOf = (of: string) => sql<boolean>`(${sql.ref(`${of}.status`)} = 'delivered' and not exists (
  select from deliveries d where d.mandant_id = ${sql.ref(`${of}.mandant_id`)} and d.voucher_id = ${sql.ref(`${of}.id`)} and d.phase = 'arrived'))`;

/** `settled` is left out of one that has just come. */
export function toVoucherRow(row: StoredRow & { settled?: boolean }): VoucherRow {
  return {
    id: row.id,
    name: row.original_name,
    receivedAt: row.received_at.toISOString(),
    status: row.status,
    settled: row.settled ?? false,
    mediaType: toMediaType(row.media_type),
    size: row.size,
    documentType: row.document_type,
    fields: toFields(row),
    remarks: row.remarks,
    cause: toCause(row.cause),
  };
}

export function toFields(row: Pick<StoredRow, 'number' | 'voucher_date' | 'gross_cents' | 'currency' | 'partner'>) {
  return {
    number: row.number,
    date: row.voucher_date,
    grossCents: row.gross_cents,
    currency: row.currency,
    partner: row.partner,
  };
}

export function toCause(cause: StoredCause | null): VoucherRow['cause'] {
  return (
    cause && {
      code: cause.code,
      status: cause.status ?? null,
      helpUrl: cause.helpUrl ?? null,
      requestId: cause.requestId ?? null,
      detail: cause.detail ?? null,
    }
  );
}

export function toMediaType(stored: string): AcceptedMediaType {
  const known = acceptedMediaTypes.find((type) => type === stored);
  if (!known) throw new Error(`a voucher with the unknown media type ${stored}`);
  return known;
}
