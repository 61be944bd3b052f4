/** A UUID in lower case with hyphens. All ids of Brücke are UUIDs chosen by the server. */
export type Id = string;

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID as Brücke spells it (lower case, hyphens). */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' && uuidPattern.test(value);
}

/**
 * The spelling of a document GUID for DATEV: upper case with hyphens, in storage, in the PUT and in `BEDI` links
 * (DATEV's samples are upper case; whether DATEV compares without case is untested, cloud.md D.1).
 */
export function documentGuid(id: Id): string {
  return id.toUpperCase();
}

/** Compares two document GUIDs whatever their case, hyphens or braces. */
export function sameDocumentGuid(a: string, b: string): boolean {
  const bare = (guid: string) => guid.replace(/[^0-9a-fA-F]/g, '').toUpperCase();
  return bare(a) === bare(b);
}
