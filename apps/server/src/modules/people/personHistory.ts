import type { HistoryKind, Id } from '@bruecke/model';
import type { JsonObject } from '@bruecke/proof';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';

type PersonKind = Extract<HistoryKind, `person.${string}`>;

/**
 * Records what a person did with their own account: in the history of every firm and Mandant they belong to, so that its admins can
 * see it, and in the instance's. The network address stands in the instance's only: one side need not learn it from the other.
 * Runs as `auth`.
 */
export async function recordPerson<Kind extends PersonKind>(
  tx: Tx,
  services: Services,
  entry: { kind: Kind; person: { id: Id; name: string }; ip?: string; data?: JsonObject; subject?: JsonObject },
): Promise<{ id: string; kind: Kind }[]> {
  const { person, kind } = entry;
  const firms = await tx.selectFrom('firm_staff').select('firm_id').where('user_id', '=', person.id).execute();
  const mandanten = await tx
    .selectFrom('mandant_members')
    .select('mandant_id')
    .where('user_id', '=', person.id)
    .execute();
  const named = { label: 'actor.name', value: person.name, userId: person.id };
  const common = {
    at: services.now(),
    kind,
    actor: { type: 'user', id: person.id },
    subject: { userId: person.id, ...entry.subject },
    data: entry.data ?? {},
  } as const;
  const where = { firmIds: firms.map((row) => row.firm_id), mandantIds: mandanten.map((row) => row.mandant_id) };
  const address = entry.ip === undefined ? [] : [{ label: 'actor.ip', value: entry.ip, userId: person.id }];
  const written = [await recordHistory(tx, services, { ...common, people: [named, ...address], instance: true })];
  if (where.firmIds.length + where.mandantIds.length > 0) {
    written.push(await recordHistory(tx, services, { ...common, people: [named], ...where }));
  }
  return written;
}
