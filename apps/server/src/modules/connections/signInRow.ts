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
  history: { id: Id; kind: Extract<HistoryKind, 'connection.authorised'> } | 'unchanged';
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

/** The sign-in ends here with a reason; nothing of it is kept. */
export async function fail(
  tx: Tx,
  signIn: { mandant_id: Id; id: Id },
  code: string,
  helpUrl: string | null,
): Promise<void> {
  await change(tx, signIn, { step: 'failed', failure: JSON.stringify({ code, helpUrl }) });
}
