import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';

const pageLength = 100;

/** A page of mails, newest first: to whom, of what kind, how it fares. Links are kept from the operator by the database itself. */
export function readMails(ctx: Ctx, input: { cursor?: string }) {
  const after = decodeCursor(input.cursor, ['time', 'id']);
  return asOperator(ctx, async (tx) => {
    let query = tx
      .selectFrom('mails')
      .select(['id', 'recipient', 'kind', 'state', 'created_at', 'sent_at', 'last_error'])
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(pageLength + 1);
    if (after) {
      const at = new Date(after[0]);
      query = query.where((has) =>
        has.or([has('created_at', '<', at), has.and([has('created_at', '=', at), has('id', '<', after[1])])]),
      );
    }
    const rows = await query.execute();
    const page = rows.slice(0, pageLength);
    const last = rows.length > pageLength ? page.at(-1) : undefined;
    return {
      mails: page.map((row) => ({
        id: row.id,
        recipient: row.recipient,
        kind: row.kind,
        state: row.state,
        createdAt: row.created_at.toISOString(),
        sentAt: row.sent_at?.toISOString() ?? null,
        lastError: row.last_error,
      })),
      next: last ? encodeCursor([last.created_at.toISOString(), last.id]) : null,
    };
  });
}
