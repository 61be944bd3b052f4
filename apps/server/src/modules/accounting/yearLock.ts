import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';

// An export reads a year piece by piece and a swap changes it in one moment: the two wait for each other, and nobody else for either.

const name = (mandantId: Id, yearNo: number) => `figures of ${mandantId}/${yearNo}`;

/** What is shown of the year stays as it is until this transaction ends. */
export async function keepYear(tx: Tx, mandantId: Id, yearNo: number): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtextextended(${name(mandantId, yearNo)}, 0))`.execute(tx);
}

/** Waits until nobody relies on what is shown of the year. */
export async function changeYear(tx: Tx, mandantId: Id, yearNo: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${name(mandantId, yearNo)}, 0))`.execute(tx);
}
