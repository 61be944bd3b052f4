/** Pure arithmetic of a long table: which pages a window needs, where a key leads, what a range holds. */

/** Numbers of the pages that rows first…last (inclusive) lie on. */
export function pagesOf(first: number, last: number, pageSize: number, total: number): number[] {
  if (total <= 0 || last < first) return [];
  const from = Math.floor(Math.max(0, first) / pageSize);
  const to = Math.floor(Math.min(total - 1, last) / pageSize);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, step) => from + step);
}

/**
 * Row that a key leads to, or null when the key does not move.
 * @param visible rows that fit on the screen, for PageUp and PageDown
 */
export function rowAfterKey(key: string, active: number, total: number, visible: number): number | null {
  const last = total - 1;
  const step = Math.max(1, visible - 1);
  const moves: Record<string, number> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + step,
    PageUp: active - step,
    Home: 0,
    End: last,
  };
  const target = moves[key];
  if (target === undefined || total === 0) return null;
  return Math.min(last, Math.max(0, target));
}

/** Ids of the rows between two places (inclusive), as far as they are loaded. */
export function idsBetween(anchor: number, target: number, idAt: (row: number) => string | undefined): string[] {
  const from = Math.min(anchor, target);
  const to = Math.max(anchor, target);
  const ids: string[] = [];
  for (let row = from; row <= to; row += 1) {
    const id = idAt(row);
    if (id !== undefined) ids.push(id);
  }
  return ids;
}

export type Selection = ReadonlySet<string>;

export function toggled(selection: Selection, id: string): Selection {
  const next = new Set(selection);
  if (!next.delete(id)) next.add(id);
  return next;
}

export function withAll(selection: Selection, ids: readonly string[]): Selection {
  return new Set([...selection, ...ids]);
}

/** Rows the virtualiser shows, plus the active one, so that the focus never falls out of the document. */
export function withActive(rows: readonly number[], active: number, total: number): number[] {
  if (active < 0 || active >= total || rows.includes(active)) return [...rows];
  return [...rows, active].sort((a, b) => a - b);
}
