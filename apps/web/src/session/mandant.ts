import { api } from '@bruecke/contract';
import type { Answer } from '../api/call.ts';
import { useAsk } from '../api/query.tsx';

export type Mandant = Answer<typeof api.mandanten.get>;

/** The Mandant of a page: name, open Kanzleiverbindung, what the person may do here. */
export function useMandant(mandantId: string | null) {
  return useAsk(api.mandanten.get, { params: { mandantId: mandantId ?? '' } }, { enabled: mandantId !== null });
}
