/** `?art=…`: which noun of the Protokoll is shown; the list itself ignores one that it does not know. */
export function readHistorySearch(search: Record<string, unknown>): { art?: string } {
  const { art } = search;
  return typeof art === 'string' && /^\w{1,40}$/.test(art) ? { art } : {};
}
