import { type AnswerOf, type api, silentAfterSeconds } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { type Selectable, sql } from 'kysely';
import type { ConnectorsTable } from '../../db/connectorTables.ts';
import type { Tx } from '../../db/withTenant.ts';

export type ConnectorRow = Selectable<ConnectorsTable>;
export type ConnectorAnswer = AnswerOf<typeof api.connectors.list>['connectors'][number];

export function stateOf(row: Pick<ConnectorRow, 'revoked_at' | 'confirmed_at'>): ConnectorAnswer['state'] {
  if (row.revoked_at) return 'revoked';
  return row.confirmed_at ? 'confirmed' : 'unconfirmed';
}

/** No sign of life for three minutes; a revoked connector is not waited for. */
export function isSilent(row: Pick<ConnectorRow, 'last_seen_at'>, now: Date): boolean {
  return row.last_seen_at === null || now.getTime() - row.last_seen_at.getTime() > silentAfterSeconds * 1000;
}

/** What the program last complained of, as pages show it. */
export function errorOf(row: Pick<ConnectorRow, 'last_error' | 'last_error_at'>): ConnectorAnswer['lastError'] {
  return row.last_error && { ...row.last_error, at: row.last_error_at?.toISOString() ?? null };
}

/** Connectors as the page Konnektoren shows them. */
export async function connectorAnswers(tx: Tx, rows: readonly ConnectorRow[], now: Date): Promise<ConnectorAnswer[]> {
  const ids = rows.map((row) => row.id);
  const [people, bound, probing] = [
    await namesOf(
      tx,
      rows.flatMap((row) => [row.confirmed_by, row.revoked_by]),
    ),
    await boundMandanten(tx, ids),
    await findProbing(tx, ids),
  ];
  const iso = (time: Date | null) => time?.toISOString() ?? null;
  return rows.map((row) => ({
    id: row.id,
    machine: row.machine,
    os: row.os,
    version: row.version,
    fingerprint: row.fingerprint,
    keySince: row.key_since.toISOString(),
    keyChangeAskedAt: iso(row.key_change_asked_at),
    state: stateOf(row),
    pairedAt: row.paired_at.toISOString(),
    confirmedAt: iso(row.confirmed_at),
    confirmedBy: row.confirmed_by && (people.get(row.confirmed_by) ?? null),
    revokedAt: iso(row.revoked_at),
    revokedBy: row.revoked_by && (people.get(row.revoked_by) ?? null),
    lastSeenAt: iso(row.last_seen_at),
    silent: isSilent(row, now),
    lastError: errorOf(row),
    // Written by the probe's receiver, with its codes (receiveProbe.ts).
    findings: row.findings.map(({ code, severity, detail }) => ({
      code: code as ConnectorAnswer['findings'][number]['code'],
      severity,
      detail,
    })),
    probedAt: iso(row.probed_at),
    probing: probing.has(row.id),
    released: row.released.length,
    mandanten: bound.filter((one) => one.connectorId === row.id).map(({ connectorId: _id, ...one }) => one),
  }));
}

export async function namesOf(tx: Tx, ids: readonly (Id | null)[]): Promise<ReadonlyMap<Id, string>> {
  const wanted = ids.filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await tx.selectFrom('users').select(['id', 'name']).where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** Those that the person may see: the policies of `connections` and `mandanten` decide. */
async function boundMandanten(tx: Tx, connectorIds: readonly Id[]) {
  const { rows } = await sql<{ connectorId: Id; id: Id; name: string; switchedOn: boolean }>`
    select c.connector_id as "connectorId", m.mandant_id as id, m.name, c.switched_on as "switchedOn"
      from connections c join mandanten m on m.mandant_id = c.mandant_id
     where c.connector_id = any (${connectorIds}::uuid[]) and c.severed_at is null
     order by lower(m.name), m.mandant_id`.execute(tx);
  return rows;
}

async function findProbing(tx: Tx, connectorIds: readonly Id[]): Promise<ReadonlySet<Id>> {
  const { rows } = await sql<{ id: Id }>`
    select distinct connector_id as id from connector_orders
     where connector_id = any (${connectorIds}::uuid[]) and mandant_id is null and kind = 'probe' and state in ('waiting', 'handedOut')`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.id));
}
