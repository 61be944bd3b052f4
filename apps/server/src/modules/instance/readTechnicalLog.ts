import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';

const pageLength = 100;

/** A page of the calls to DATEV, newest first (requirement G-30). It never had tokens in it: they are left out when it is written. */
export function readTechnicalLog(ctx: Ctx, input: { cursor?: string; failedOnly?: boolean }) {
  const after = decodeCursor(input.cursor, ['time', 'id']);
  return asOperator(ctx, async (tx) => {
    let query = tx
      .selectFrom('technical_log')
      .selectAll()
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(pageLength + 1);
    if (input.failedOnly) {
      query = query.where((has) => has.or([has('status', 'is', null), has('status', '>=', 400)]));
    }
    if (after) {
      const at = new Date(after[0]);
      query = query.where((has) =>
        has.or([has('at', '<', at), has.and([has('at', '=', at), has('id', '<', after[1])])]),
      );
    }
    const rows = await query.execute();
    const page = rows.slice(0, pageLength);
    const last = rows.length > pageLength ? page.at(-1) : undefined;
    return {
      entries: page.map((row) => ({
        id: row.id,
        at: row.at.toISOString(),
        method: row.method,
        url: row.url,
        requestHeaders: row.request_headers,
        status: row.status,
        durationMs: row.duration_ms,
        globalTransactionId: row.global_transaction_id,
        requestId: row.request_id,
        responseBody: row.response_body,
        failure: row.failure,
      })),
      next: last ? encodeCursor([last.at.toISOString(), last.id]) : null,
    };
  });
}
