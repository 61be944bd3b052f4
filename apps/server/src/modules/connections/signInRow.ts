import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { HistoryKind, Id } from '@bruecke/model';
import type { Selectable, Updateable } from 'kysely';
import type { DatevSignInsTable } from '../../db/connectionTables.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { SignInSecrets } from './startSignIn.ts';

export type SignInRow = Selectable<DatevSignInsTable>;
export type Returned = {
  signIn: SignInRow;
  secrets: SignInSecrets;
  query: URLSearchParams;
  settings: DatevOnlineSettings;
};
/** Where the browser goes next, below our own address, and what was written on the way. */
export type Completed = {
  location: string;
  history:
    | { id: Id; kind: Extract<HistoryKind, 'connection.authorised' | 'connection.authorisationLost'> }
    | 'unchanged';
};

export function lockSignIn(tx: Tx, mandantId: Id, id: Id): Promise<SignInRow | undefined> {
  return tx
    .selectFrom('datev_sign_ins')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

export async function change(
  tx: Tx,
  signIn: { mandant_id: Id; id: Id },
  values: Updateable<DatevSignInsTable>,
): Promise<void> {
  await tx
    .updateTable('datev_sign_ins')
    .set(values)
    .where('mandant_id', '=', signIn.mandant_id)
    .where('id', '=', signIn.id)
    .execute();
}

/**
 * Whether a session sign-in still waits for what comes back, locked. It can be given up in another window, or run out, during
 * any call to DATEV; its tokens are then revoked and it must not go on.
 */
export async function stillOpen(tx: Tx, signIn: { mandant_id: Id; id: Id }, at: Date): Promise<boolean> {
  const present = await lockSignIn(tx, signIn.mandant_id, signIn.id);
  if (present?.step !== 'session') return false;
  if (present.revoked_at === null && present.expires_at > at) return true;
  await fail(tx, signIn, 'datev_sign_in_failed', null);
  return false;
}

/** The sign-in ends here with a reason; nothing of it is kept. */
export async function fail(
  tx: Tx,
  signIn: { mandant_id: Id; id: Id },
  code: string,
  helpUrl: string | null,
): Promise<void> {
  await change(tx, signIn, { step: 'failed', failure: JSON.stringify({ code, helpUrl }) });
}
