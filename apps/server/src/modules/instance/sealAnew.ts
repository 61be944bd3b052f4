import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { settingPurpose, signInPurpose, tokenPurpose, totpPurpose } from '../../secrets/purposes.ts';

/** Everywhere something sealed is kept: `id` is unique within its table and part of the purpose. */
const places = [
  { table: 'grants', id: 'id', column: 'access_token', purpose: (id: string) => tokenPurpose('access', id) },
  { table: 'grants', id: 'id', column: 'refresh_token', purpose: (id: string) => tokenPurpose('refresh', id) },
  { table: 'datev_sign_ins', id: 'id', column: 'secrets', purpose: signInPurpose },
  { table: 'datev_sign_ins', id: 'id', column: 'access_token', purpose: (id: string) => tokenPurpose('access', id) },
  { table: 'datev_sign_ins', id: 'id', column: 'refresh_token', purpose: (id: string) => tokenPurpose('refresh', id) },
  { table: 'instance_settings', id: 'key', column: 'secret', purpose: settingPurpose },
  { table: 'credentials', id: 'user_id', column: 'totp_secret', purpose: totpPurpose },
] as const;
type Place = (typeof places)[number];

/** Few, because their rows are locked meanwhile. */
const atOnce = 100;

/**
 * Seals with the present master key what an earlier one sealed, row by row, while everything else goes on; so that the earlier key can
 * be taken away. `unreadable`: values of a key that is not there any more; they stay as they are. Repeatable.
 */
export async function sealAnew(services: Services): Promise<{ sealed: number; unreadable: number }> {
  const total = { sealed: 0, unreadable: 0 };
  for (const place of places) {
    for (let after: string | null = ''; after !== null; ) {
      const from: string = after;
      const batch = await services.withRole('keeper', (tx) => sealSome(tx, services, place, from));
      total.sealed += batch.sealed;
      total.unreadable += batch.unreadable;
      after = batch.last;
    }
  }
  return total;
}

async function sealSome(tx: Tx, { encryption }: Services, place: Place, after: string) {
  const [table, id, column] = [sql.table(place.table), sql.ref(place.id), sql.ref(place.column)];
  const { rows } = await sql<{ id: string; sealed: Buffer }>`
    select ${id}::text as id, ${column} as sealed from ${table}
     where ${column} is not null and ${id}::text > ${after} order by ${id}::text limit ${atOnce} for update`.execute(
    tx,
  );
  const batch = { sealed: 0, unreadable: 0, last: rows.length < atOnce ? null : (rows.at(-1)?.id ?? null) };
  for (const row of rows.filter(({ sealed }) => encryption.isOld(sealed))) {
    const plain = open(() => encryption.open(row.sealed, place.purpose(row.id)));
    if (plain === null) batch.unreadable += 1;
    else {
      const sealed = encryption.seal(plain, place.purpose(row.id));
      await sql`update ${table} set ${column} = ${sealed} where ${id} = ${row.id}`.execute(tx);
      batch.sealed += 1;
    }
  }
  return batch;
}

function open(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
