/** `?datev=…` of the page Verbindungen. */
export function readConnectionsSearch(search: Record<string, unknown>): { datev?: string } {
  const { datev } = search;
  return typeof datev === 'string' && /^\w{1,60}$/.test(datev) ? { datev } : {};
}
