import { api } from '@bruecke/contract';
import type { Answer } from '../api/call.ts';
import { isTakenAway } from '../api/problem.ts';
import { useAsk } from '../api/query.tsx';

export type Mandant = Answer<typeof api.mandanten.get>;

type MandantQuery = { data: Mandant | undefined; error: unknown; refetch: () => unknown };

/**
 * The Mandant of a page: name, open Kanzleiverbindung, what the person may do here. Nothing of it is left once the server says that it
 * is this person's no longer.
 */
export function useMandant(mandantId: string | null): MandantQuery {
  const asked = { params: { mandantId: mandantId ?? '' } };
  const { data, error, refetch } = useAsk(api.mandanten.get, asked, { enabled: mandantId !== null });
  return { data: isTakenAway(error) ? undefined : data, error, refetch };
}
