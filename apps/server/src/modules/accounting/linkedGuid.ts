import type { Id } from '@bruecke/model';

/**
 * The GUID of a document within DATEV's link to it, as in `BEDI "CB6A…"`, in our spelling; null for none. Case, hyphens and braces vary
 * with the program that wrote the link.
 */
export function linkedGuid(link: string | null): Id | null {
  if (link === null) return null;
  const found =
    /(?<![0-9a-f])([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})(?![0-9a-f])/i.exec(link);
  return found ? found.slice(1).join('-').toLowerCase() : null;
}
