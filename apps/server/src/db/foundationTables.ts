import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Json } from './columns.ts';

/** Columns are of migration 0001; bigint arrives as number, timestamptz as Date (see pool.ts). */
export interface FoundationTables {
  access: AccessTable;
  firm_access: FirmAccessTable;
  workers: WorkersTable;
  failed_jobs: FailedJobsTable;
  unsealed: UnsealedTable;
  mandant_history: HistoryColumns & { mandant_id: string };
  mandant_history_people: HistoryPeopleColumns & { mandant_id: string };
  mandant_history_seals: HistorySealColumns & { mandant_id: string };
  mandant_history_heads: HistoryHeadColumns & { mandant_id: string };
  firm_history: HistoryColumns & { firm_id: string };
  firm_history_people: HistoryPeopleColumns & { firm_id: string };
  firm_history_seals: HistorySealColumns & { firm_id: string };
  firm_history_heads: HistoryHeadColumns & { firm_id: string };
  instance_history: HistoryColumns;
  instance_history_people: HistoryPeopleColumns;
  instance_history_seals: HistorySealColumns;
  instance_history_heads: HistoryHeadColumns;
}

/** Written by triggers only: the application may read its own rows. */
interface AccessTable {
  user_id: ColumnType<string, never, never>;
  mandant_id: ColumnType<string, never, never>;
  via: ColumnType<'firm' | 'mandant', never, never>;
  rights: ColumnType<string[], never, never>;
}

/** Written by triggers only: the application may read its own rows. */
interface FirmAccessTable {
  user_id: ColumnType<string, never, never>;
  firm_id: ColumnType<string, never, never>;
  role: ColumnType<'admin' | 'user', never, never>;
}

interface WorkersTable {
  id: string;
  started_at: ColumnType<Date, never, never>;
  seen_at: ColumnType<Date, never, never>;
}

interface FailedJobsTable {
  id: GeneratedAlways<number>;
  at: Date;
  task: string;
  payload: Json<unknown>;
  attempts: number;
  kind: string;
  error: string;
}

interface UnsealedTable {
  id: GeneratedAlways<number>;
  class: ColumnType<'mandant' | 'firm' | 'instance', never, never>;
  scope_id: ColumnType<string | null, never, never>;
  entry_id: ColumnType<string, never, never>;
}

interface HistoryColumns {
  id: string;
  at: ColumnType<Date, Date, never>;
  kind: string;
  actor: Json<unknown>;
  subject: Json<unknown>;
  data: Json<unknown>;
  commitments: Json<unknown>;
}

interface HistoryPeopleColumns {
  entry_id: string;
  label: string;
  user_id: string | null;
  value: string;
  salt: string;
}

interface HistorySealColumns {
  seq: number;
  entry_id: string;
  previous: string | null;
  hash: string;
}

interface HistoryHeadColumns {
  seq: number;
  hash: string;
  at: ColumnType<Date, Date, never>;
  key_id: string;
  signature: string;
}
