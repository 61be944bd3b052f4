import { type PollRequest, reportedRefusals, silentAfterSeconds } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import type { ConnectorCtx, Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import type { ConnectorRow } from './connectorAnswer.ts';
import type { RefusalReason } from './noteRefusal.ts';
import { issueOrder } from './orders.ts';
import { tellConnector } from './tell.ts';

/** How a connector stands after its sign of life. */
export type Beat = {
  confirmed: boolean;
  revoked: boolean;
  changeKey: boolean;
  machine: string;
  /** The program says that it refused something, and had not said so before. */
  refused: RefusalReason | null;
};

/**
 * Writes down a sign of life and what the program tells of itself; open pages are told only of what they would show differently. A changed
 * list of released clients makes the hub ask for their names.
 */
export async function noteHeartbeat(tx: Tx, ctx: ConnectorCtx, told: PollRequest): Promise<Beat> {
  const at = ctx.now();
  const before = await tx
    .selectFrom('connectors')
    .selectAll()
    .where('id', '=', ctx.connector.id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const wasSilent =
    before.silent_since !== null ||
    before.last_seen_at === null ||
    at.getTime() - before.last_seen_at.getTime() > silentAfterSeconds * 1000;
  const released = [...new Set(told.released.map((guid) => guid.toLowerCase()))].sort();
  const listChanged = released.join() !== before.released.join();
  const lastError = told.lastError ?? (listChanged ? null : standing(before, at));
  const sameError = before.last_error?.code === lastError?.code && before.last_error?.detail === lastError?.detail;
  await tx
    .updateTable('connectors')
    .set({
      machine: told.machine,
      os: told.os,
      version: told.version,
      last_seen_at: at,
      seen_since: wasSilent ? at : before.seen_since,
      silent_since: null,
      ...(sameError ? {} : { last_error: lastError && JSON.stringify(lastError), last_error_at: at }),
      released,
    })
    .where('id', '=', ctx.connector.id)
    .execute();
  const confirmed = before.confirmed_at !== null;
  if (confirmed && (listChanged || (released.length > 0 && before.clients_read_at === null)))
    await askForClients(tx, ctx, ctx.connector.id);
  const changed =
    wasSilent ||
    listChanged ||
    !sameError ||
    told.machine !== before.machine ||
    told.os !== before.os ||
    told.version !== before.version;
  if (changed) await tellConnector(tx, ctx.connector.id);
  return {
    confirmed,
    revoked: before.revoked_at !== null,
    changeKey: before.key_change_asked_at !== null,
    machine: told.machine,
    refused: told.lastError && !sameError ? reported(told.lastError.code) : null,
  };
}

/** Names and numbers of the released clients; one open order at a time. */
export function askForClients(tx: Tx, services: Services, connectorId: Id): Promise<Id | null> {
  return issueOrder(tx, services, { connectorId, mandantId: null, order: { kind: 'listClients' }, key: 'clients' });
}

/** The program tells of a refusal once; an hour long people find it on the page, then in the Protokoll alone. */
const standsMs = 3_600_000;

function standing({ last_error: error, last_error_at: since }: ConnectorRow, now: Date): ConnectorRow['last_error'] {
  return error && since && reported(error.code) && now.getTime() - since.getTime() < standsMs ? error : null;
}

function reported(code: string): RefusalReason | null {
  return reportedRefusals.find((known) => known === code) ?? null;
}
