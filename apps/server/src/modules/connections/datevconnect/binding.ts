import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Ctx } from '../../../context.ts';
import { breaksUnique } from '../../../db/violation.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../../history/index.ts';
import { refuse } from '../../../refusal.ts';
import type { ConnectionRow } from '../../connectionHealth/index.ts';
import { cancelOrders, issueOrder, probeKey } from '../../connectors/index.ts';

/** Berater- and Mandantennummer. */
export type Numbers = { consultantNumber: number; mandantNumber: number };

export const areSame = (one: Numbers, other: Numbers) =>
  one.consultantNumber === other.consultantNumber && one.mandantNumber === other.mandantNumber;

/** A client that the person may bind to the Mandant, as bindable_clients (migration 0009) gives it. */
export type BindableClient = {
  connectorId: Id;
  guid: string;
  number: string;
  name: string;
  consultantNumber: number | null;
  mandantNumber: number | null;
  fits: boolean;
  readAt: Date;
};

export async function readBindable(tx: Tx, mandantId: Id): Promise<BindableClient[]> {
  const { rows } = await sql<BindableClient>`
    select connector_id as "connectorId", guid, number, name, consultant_number as "consultantNumber", mandant_number as "mandantNumber",
           fits, read_at as "readAt"
      from bindable_clients(${mandantId}::uuid) order by fits desc, lower(name), guid`.execute(tx);
  return rows;
}

/** One client of that list; refuses with `client_not_released` any other, whatever the reason. */
export async function findBindable(
  tx: Tx,
  mandantId: Id,
  wanted: { connectorId: Id; clientGuid: string },
): Promise<BindableClient & { consultantNumber: number; mandantNumber: number }> {
  const guid = wanted.clientGuid.toLowerCase();
  const client = (await readBindable(tx, mandantId)).find(
    (one) => one.connectorId === wanted.connectorId && one.guid.toLowerCase() === guid,
  );
  if (!client) throw refuse('client_not_released');
  const { consultantNumber, mandantNumber } = client;
  // Without a fiscal year there is nothing to compare, and no books.
  if (consultantNumber === null || mandantNumber === null) throw refuse('client_numbers_differ');
  return { ...client, consultantNumber, mandantNumber };
}

/** The living binding of a Mandant, locked; null without one. */
export async function lockBinding(tx: Tx, mandantId: Id): Promise<ConnectionRow | null> {
  const row = await tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'datevconnect')
    .where('severed_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

type Recorded = { id: Id; kind: 'connection.created' | 'connection.severed' };
type NewBinding = {
  mandantId: Id;
  engagementId: Id;
  firmId: Id;
  client: BindableClient & { consultantNumber: number; mandantNumber: number };
  /** The two who confirmed numbers that differ; empty where they are equal. */
  numbersConfirmedBy: readonly { id: Id; name: string }[];
  /** The Mandant's own, confirmed with the client's others: fiscal years that carry them are its, too. */
  former: Numbers | null;
};

/**
 * Binds a client, switched on, in place of the present binding if there is one; the connector probes it at once. The present one of the same
 * client stays as it is, unless the client's numbers are others than it was bound with.
 */
export async function createBinding(tx: Tx, ctx: Ctx, given: NewBinding): Promise<Recorded[] | 'unchanged'> {
  const { mandantId, client } = given;
  const present = await lockBinding(tx, mandantId);
  if (
    present &&
    present.connector_id === client.connectorId &&
    present.client_id.toLowerCase() === client.guid.toLowerCase() &&
    areSame(client, { consultantNumber: present.consultant_number, mandantNumber: present.mandant_number })
  )
    return 'unchanged';
  const severed = present ? [await severBinding(tx, ctx, present, given.firmId)] : [];
  const at = ctx.now();
  const connectionId = ctx.newId();
  await insertBinding(tx, ctx, connectionId, given);
  const { connectorId, guid } = client;
  await issueOrder(tx, ctx, {
    connectorId,
    mandantId,
    order: { kind: 'probe', clientGuid: guid },
    key: probeKey(mandantId),
  });
  const created = await recordHistory(tx, ctx, {
    at,
    kind: 'connection.created',
    subject: { mandantId, connectionId },
    data: {
      channel: 'datevconnect',
      consultantNumber: client.consultantNumber,
      mandantNumber: client.mandantNumber,
      connectorId,
      numbersDiffer: !client.fits,
      confirmedBy: given.numbersConfirmedBy.map((person) => person.id),
    },
    ...actedBy(
      ctx.caller,
      given.numbersConfirmedBy.map((person, n) => ({
        label: n === 0 ? 'first.name' : 'second.name',
        value: person.name,
        userId: person.id,
      })),
    ),
    mandantIds: [mandantId],
    firmIds: [given.firmId],
  });
  return [...severed, created];
}

async function insertBinding(tx: Tx, ctx: Ctx, connectionId: Id, given: NewBinding): Promise<void> {
  const at = ctx.now();
  const { client } = given;
  try {
    await tx
      .insertInto('connections')
      .values({
        mandant_id: given.mandantId,
        id: connectionId,
        channel: 'datevconnect',
        engagement_id: given.engagementId,
        consultant_number: client.consultantNumber,
        mandant_number: client.mandantNumber,
        client_id: client.guid,
        company_name: client.name,
        connector_id: client.connectorId,
        numbers_confirmed_by: given.numbersConfirmedBy.map((person) => person.id),
        former_consultant_number: given.former?.consultantNumber ?? null,
        former_mandant_number: given.former?.mandantNumber ?? null,
        dataset_read_at: null,
        switched_on: true,
        switched_at: at,
        switched_by: ctx.caller.userId,
        checked_at: null,
        reachable: null,
        reachable_since: null,
        unreachable_reason: null,
        last_success_at: null,
        retry_at: null,
        check_lease_until: null,
        created_at: at,
        created_by: ctx.caller.userId,
        severed_at: null,
      })
      .execute();
  } catch (error) {
    if (breaksUnique(error, 'connections_client')) throw refuse('client_bound_elsewhere');
    throw error;
  }
}

/** Ends a binding: its orders are over at commit, what it delivered stays. */
export async function severBinding(tx: Tx, ctx: Ctx, binding: ConnectionRow, firmId: Id | null) {
  const { mandant_id: mandantId } = binding;
  const at = ctx.now();
  await tx
    .updateTable('connections')
    .set({ severed_at: at, switched_on: false })
    .where('mandant_id', '=', mandantId)
    .where('id', '=', binding.id)
    .execute();
  await cancelOrders(tx, ctx, { mandantId });
  return recordHistory(tx, ctx, {
    at,
    kind: 'connection.severed',
    subject: { mandantId, connectionId: binding.id },
    data: {
      channel: 'datevconnect',
      consultantNumber: binding.consultant_number,
      mandantNumber: binding.mandant_number,
    },
    ...actedBy(ctx.caller),
    mandantIds: [mandantId],
    firmIds: firmId ? [firmId] : [],
  });
}
