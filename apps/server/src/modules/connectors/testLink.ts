import type { ConnectorOrderKind, ConnectorRow, Id, OrderEnd } from '@bruecke/model';
import { rawPublicKey, signingKeyFromSeed } from '@bruecke/proof';
import type { ConnectorCtx } from '../../context.ts';
import type { TestDatabase } from '../../db/testDatabase.ts';
import type { TestServices } from '../../testServices.ts';
import { fingerprintOf } from './pair.ts';
import type { OrderReceiver, Receivers } from './receivers.ts';

/** Lays out a connector past pairing and confirming. */
export async function layConnector(
  db: Pick<TestDatabase, 'sql'>,
  services: TestServices,
  firmId: Id,
  given: { confirmedBy?: Id; released?: string[]; machine?: string } = {},
): Promise<Id> {
  const id = services.newId();
  const key = rawPublicKey(signingKeyFromSeed(services.randomBytes(32)).public);
  const at = services.now();
  await db.sql(
    `insert into connectors (firm_id, id, public_key, fingerprint, key_since, machine, os, version, paired_at, confirmed_at, confirmed_by,
       last_seen_at, seen_since, released, clients_read_at)
     values ($1, $2, $3, $4, $5, $6, 'Windows Server 2022', '1.0.0', $5, $7, $8, $5, $5, $9, $5)`,
    [
      firmId,
      id,
      key,
      fingerprintOf(key),
      at,
      given.machine ?? 'DATEV-SRV-01',
      given.confirmedBy ? at : null,
      given.confirmedBy ?? null,
      given.released ?? [],
    ],
  );
  return id;
}

/** A released client as `listClients` would have brought it. */
export async function layClient(
  db: Pick<TestDatabase, 'sql'>,
  services: TestServices,
  of: { firmId: Id; connectorId: Id },
  client: { guid: string; name: string; consultantNumber: number | null; mandantNumber: number | null },
): Promise<void> {
  await db.sql(
    `insert into connector_clients (firm_id, connector_id, guid, number, name, consultant_number, mandant_number, fiscal_year_id, read_at)
     values ($1, $2, $3, '10001', $4, $5, $6, '20260101', $7)`,
    [
      of.firmId,
      of.connectorId,
      client.guid,
      client.name,
      client.consultantNumber,
      client.mandantNumber,
      services.now(),
    ],
  );
}

/** A living binding past choosing a client. */
export async function layBinding(
  db: Pick<TestDatabase, 'sql'>,
  services: TestServices,
  of: {
    mandantId: Id;
    engagementId: Id;
    connectorId: Id;
    guid: string;
    consultantNumber?: number;
    mandantNumber?: number;
  },
): Promise<Id> {
  const id = services.newId();
  await db.sql(
    `insert into connections (mandant_id, id, channel, engagement_id, consultant_number, mandant_number, client_id, company_name,
       connector_id, switched_on, switched_at, created_at)
     values ($1, $2, 'datevconnect', $3, $4, $5, $6, 'Muster GmbH', $7, true, $8, $8)`,
    [
      of.mandantId,
      id,
      of.engagementId,
      of.consultantNumber ?? 1001,
      of.mandantNumber ?? 12,
      of.guid,
      of.connectorId,
      services.now(),
    ],
  );
  return id;
}

export function connectorCtx(services: TestServices, connectorId: Id, firmId: Id): ConnectorCtx {
  return { ...services, connector: { id: connectorId, firmId } };
}

export type Heard =
  | { rows: readonly ConnectorRow[]; kind: ConnectorOrderKind; attempt: number }
  | { end: OrderEnd; kind: ConnectorOrderKind; attempt: number };

/** Receivers that only listen; `during` runs inside their transaction. */
export function listeningReceivers(heard: Heard[], during: Partial<OrderReceiver> = {}): Receivers {
  const one: OrderReceiver = {
    rows: async (tx, services, order, rows) => {
      heard.push({ rows, kind: order.order.kind, attempt: order.attempt });
      await during.rows?.(tx, services, order, rows);
    },
    ended: async (tx, services, order, end) => {
      heard.push({ end, kind: order.order.kind, attempt: order.attempt });
      await during.ended?.(tx, services, order, end);
    },
  };
  return {
    probe: one,
    listClients: one,
    listYears: one,
    checkYear: one,
    readPostings: one,
    readRecords: one,
    readOpenItems: one,
    readPartners: one,
    readTermsOfPayment: one,
  };
}
