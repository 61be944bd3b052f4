import { historyKinds } from '@bruecke/model';
import { type Static, Type as T } from '@sinclair/typebox';
import { actor, cursor, id, nullable, object, oneOf, time } from './parts.ts';

/** One entry of the Protokoll. `seq` and `hash` are null until it is sealed (about a second). */
export const historyEntry = object({
  id,
  at: time,
  kind: oneOf(historyKinds),
  actor,
  /** Ids and plain facts of the entry, e.g. voucherId, connectionId, on/off. */
  data: T.Record(T.String(), T.Unknown()),
  /** What the ids are called today, as far as the reader may see it, e.g. {"voucher":"Rechnung 17.pdf"}. */
  names: T.Record(T.String(), T.String()),
  seq: nullable(T.Integer()),
  hash: nullable(T.String()),
});
export type HistoryEntry = Static<typeof historyEntry>;

/** To look for: one kind (`voucher.received`), or all of a noun (`voucher`). */
export const historyKind = T.String({ maxLength: 60, pattern: '^[A-Za-z]*([.][A-Za-z]*)?$' });
export const historyPage = object({ entries: T.Array(historyEntry), next: nullable(cursor) });
