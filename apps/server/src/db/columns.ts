import type { ColumnType } from 'kysely';

// How tables are described: column by column what the migrations create. timestamptz is a Date, date a string YYYY-MM-DD, bigint a number.

/** jsonb: read as a parsed value; written as text, because pg would send an array as a PostgreSQL array. */
export type Json<T> = ColumnType<T, string, string>;
/** Need not be given when a row is inserted. */
export type Defaulted<T> = ColumnType<T, T | undefined, T>;
