import type { ConnectorRow } from '@bruecke/model';
import { sql } from 'kysely';
import type { OrderReceiver } from './receivers.ts';
import { tellConnector } from './tell.ts';

type ClientRow = Extract<ConnectorRow, { row: 'client' }>;
type YearRow = Extract<ConnectorRow, { row: 'year' }>;

/**
 * Keeps what `listClients` told last: the released clients and the numbers of their newest fiscal year. A client's row comes before those of
 * its years. What was not told again is forgotten at the end.
 */
export const clientsReceiver: OrderReceiver = {
  rows: async (tx, services, order, rows) => {
    const clients = rows.filter((row): row is ClientRow => row.row === 'client');
    const years = newestOf(rows.filter((row): row is YearRow => row.row === 'year'));
    await sql`
      insert into connector_clients (firm_id, connector_id, guid, number, name, read_at)
      select ${order.firmId}::uuid, ${order.connectorId}::uuid, lower(told.guid), told.number, told.name, ${services.now()}
        from unnest(${clients.map((c) => c.guid)}::text[], ${clients.map((c) => c.number)}::text[], ${clients.map((c) => c.name)}::text[])
             as told (guid, number, name)
      on conflict (firm_id, connector_id, guid) do update
         set number = excluded.number, name = excluded.name, read_at = excluded.read_at,
             consultant_number = null, mandant_number = null, fiscal_year_id = null`.execute(tx);
    await sql`
      update connector_clients c
         set fiscal_year_id = told.year, consultant_number = told.consultant, mandant_number = told.mandant
        from unnest(${years.map((y) => y.clientGuid.toLowerCase())}::text[], ${years.map((y) => y.fiscalYearId)}::text[],
                    ${years.map((y) => y.consultantNumber)}::int[], ${years.map((y) => y.mandantNumber)}::int[])
             as told (guid, year, consultant, mandant)
       where c.connector_id = ${order.connectorId} and c.guid = told.guid
         and (c.fiscal_year_id is null or c.fiscal_year_id <= told.year)`.execute(tx);
  },
  ended: async (tx, services, order, end) => {
    if (!end.ok) return;
    await tx
      .deleteFrom('connector_clients')
      .where('connector_id', '=', order.connectorId)
      .where('read_at', '<', order.issuedAt)
      .execute();
    await tx
      .updateTable('connectors')
      .set({ clients_read_at: services.now() })
      .where('id', '=', order.connectorId)
      .execute();
    await tellConnector(tx, order.connectorId);
  },
};

/** One row per client; an update from several rows would take any of them. */
function newestOf(years: readonly YearRow[]): YearRow[] {
  const newest = new Map<string, YearRow>();
  for (const year of years) {
    const guid = year.clientGuid.toLowerCase();
    const known = newest.get(guid);
    if (!known || known.fiscalYearId < year.fiscalYearId) newest.set(guid, year);
  }
  return [...newest.values()];
}
