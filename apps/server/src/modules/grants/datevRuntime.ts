import { type DatevRuntime, type Exchange, recordExchanges } from '@bruecke/datev-online';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
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
 * that the log costs no transaction of its own; a process killed between call and record leaves the begun attempt instead.
 */
export async function writeTechnicalLog(tx: Tx, services: Services, exchanges: Exchange[]): Promise<void> {
  if (exchanges.length === 0) return;
  const rows = exchanges.splice(0);
  await sql`
    insert into technical_log (id, at, method, url, request_headers, status, duration_ms, global_transaction_id, request_id,
                               response_body, failure)
    select * from unnest(
      ${rows.map(() => services.newId())}::uuid[], ${rows.map((row) => row.startedAt)}::timestamptz[],
      ${rows.map((row) => row.method)}::text[], ${rows.map((row) => row.url)}::text[],
      ${rows.map((row) => JSON.stringify(row.requestHeaders))}::jsonb[], ${rows.map((row) => row.status)}::int[],
      ${rows.map((row) => row.endedAt.getTime() - row.startedAt.getTime())}::int[],
      ${rows.map((row) => row.globalTransactionId)}::text[], ${rows.map((row) => row.capRequestId)}::text[],
      ${rows.map((row) => row.errorBody)}::text[], ${rows.map((row) => row.error)}::text[])`.execute(tx);
}
