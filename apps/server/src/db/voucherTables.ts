import type { DeliveryPhase, VoucherRemark, VoucherStatus } from '@bruecke/model';
import type { ColumnType, Generated } from 'kysely';
import type { Defaulted, Json } from './columns.ts';
import type { StoredActor, StoredCause, StoredSent } from './storedValues.ts';

// Vouchers, their bytes, deliveries and receipts (migration 0005).

export type BlobsTable = { mandant_id: string; sha256: string; size: number; created_at: Date };
export type VouchersTable = {
  mandant_id: string;
  id: string;
  received_at: Date;
  upload_id: string;
  sha256: string;
  size: number;
  media_type: string;
  original_name: string;
  document_type: string | null;
  note: string | null;
  status: Defaulted<VoucherStatus>;
  cause: ColumnType<StoredCause | null, string | null | undefined, string | null>;
  remarks: Defaulted<VoucherRemark[]>;
  number: string | null;
  voucher_date: string | null;
  gross_cents: number | null;
  currency: string | null;
  partner: string | null;
  handed_in_by: Json<StoredActor>;
  search: Generated<unknown>;
};
export type VouchersToInspectTable = {
  mandant_id: string;
  voucher_id: string;
  received_at: Date;
  claimed_at: Defaulted<Date | null>;
};
export type VoucherFieldChangesTable = {
  mandant_id: string;
  id: string;
  voucher_id: string;
  at: Date;
  actor: Json<StoredActor>;
  fields: Json<Record<string, unknown>>;
};
export type DeliveriesTable = {
  mandant_id: string;
  id: string;
  voucher_id: string;
  connection_id: string;
  engagement_id: string | null;
  channel: 'belegbilderservice';
  consultant_number: number;
  mandant_number: number;
  run: number;
  reason: string | null;
  guid: string;
  file_name_sent: string;
  document_type: string | null;
  /** As it may be there, where a person has decided on other ones since. */
  sent_before: ColumnType<StoredSent | null, string | null | undefined, string | null>;
  phase: DeliveryPhase;
  maybe_there: Defaulted<boolean>;
  attempts: Defaulted<number>;
  postponed: Defaulted<number>;
  next_attempt_at: Date | null;
  sending_since: Date | null;
  sending_by: string | null;
  cause: ColumnType<StoredCause | null, string | null | undefined, string | null>;
  created_at: Date;
  created_by: Json<StoredActor>;
  arrived_at: Date | null;
  ended_at: Date | null;
};
export type DeliveryAttemptsTable = {
  mandant_id: string;
  delivery_id: string;
  number: number;
  begun_at: Date;
  ended_at: Date | null;
  outcome: string | null;
  status: number | null;
  code: string | null;
  request_id: string | null;
  global_transaction_id: string | null;
  answer: ColumnType<unknown, string | null | undefined, string | null>;
};
export type ReceiptsTable = {
  mandant_id: string;
  id: string;
  delivery_id: string;
  body: Json<unknown>;
  body_hash: string;
  history_entry_id: string;
  created_at: Date;
};

/** These tables, by name. */
export type VoucherTables = {
  blobs: BlobsTable;
  vouchers: VouchersTable;
  vouchers_to_inspect: VouchersToInspectTable;
  voucher_field_changes: VoucherFieldChangesTable;
  deliveries: DeliveriesTable;
  delivery_attempts: DeliveryAttemptsTable;
  receipts: ReceiptsTable;
};
