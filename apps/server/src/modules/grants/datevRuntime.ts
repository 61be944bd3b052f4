import { type DatevRuntime, type Exchange, recordExchanges } from '@bruecke/datev-online';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { tableOf } from '../../db/lists.ts';
import type { Tx } from '../../db/withTenant.ts';

/** What the protocol client may use. Each call leaves its entry in `exchanges`, for {@link writeTechnicalLog}. */
export function datevRuntime(services: Services, exchanges: Exchange[]): DatevRuntime {
  const clock = () => services.now().getTime();
  return {
    fetch: recordExchanges(services.fetch, (exchange) => void exchanges.push(exchange), clock),
    now: clock,
    randomBytes: (length) => services.randomBytes(length),
    discoveryCache: services.discoveryCache,
    ...(services.newSignal ? { newSignal: services.newSignal } : {}),
  };
}

/**
 * Requirement G-30: every call to DATEV, without tokens. Written in the transaction that records what the call came to, so
 * that the log costs no transaction of its own; a process killed between call and record leaves the claim, which becomes a lost
 * attempt.
 */
export async function writeTechnicalLog(tx: Tx, services: Services, exchanges: Exchange[]): Promise<void> {
  if (exchanges.length === 0) return;
  const rows = exchanges.splice(0).map((exchange) => ({
    id: services.newId(),
    at: exchange.startedAt,
    method: exchange.method,
    url: exchange.url,
    request_headers: JSON.stringify(exchange.requestHeaders),
    status: exchange.status,
    duration_ms: exchange.endedAt.getTime() - exchange.startedAt.getTime(),
    global_transaction_id: exchange.globalTransactionId,
    request_id: exchange.capRequestId,
    response_body: exchange.errorBody,
    failure: exchange.error,
  }));
  await sql`
    insert into technical_log (id, at, method, url, request_headers, status, duration_ms, global_transaction_id, request_id,
                               response_body, failure)
    select * from ${tableOf('call', logColumns, rows)}`.execute(tx);
}

const logColumns = {
  id: 'uuid',
  at: 'timestamptz',
  method: 'text',
  url: 'text',
  request_headers: 'jsonb',
  status: 'int',
  duration_ms: 'int',
  global_transaction_id: 'text',
  request_id: 'text',
  response_body: 'text',
  failure: 'text',
} as const;
