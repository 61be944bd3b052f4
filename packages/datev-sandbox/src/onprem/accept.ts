/** How an answer is wanted. */
export type Wanted = 'json' | 'stream' | 'xml' | 'multipart';

/** What a caller gets who names no format differs by system: XML on one, 406 on another (onprem.md A.2). */
export type WithoutAccept = 'xml' | 'refused';

/** Null: none of the formats named can be given. */
export function wantedForm(accept: string | undefined, without: WithoutAccept): Wanted | null {
  const types = (accept ?? '').split(',').map((part) => part.split(';')[0]?.trim().toLowerCase() ?? '');
  if (types.every((type) => type === '')) return without === 'xml' ? 'xml' : null;
  if (types.includes('multipart/mixed')) return 'multipart';
  if (types.some((type) => type === 'application/json' || type === 'text/json' || type === '*/*')) return 'json';
  if (types.includes('application/octet-stream')) return 'stream';
  return types.some((type) => type === 'application/xml' || type === 'text/xml') ? 'xml' : null;
}
