import { api } from '@bruecke/contract';
import { useMemo, useState } from 'react';
import type { Answer, CallInput } from '../../api/call.ts';
import { keyOf, useAsk, useCall } from '../../api/query.tsx';
import { usePagedRows } from '../../table/rows.ts';

const endpoint = api.firms.listMandanten;
type MandantPage = Answer<typeof endpoint>;
export type MandantRow = MandantPage['rows'][number];
type Question = Required<Pick<NonNullable<CallInput<typeof endpoint>['query']>, 'text' | 'order' | 'direction'>>;

const pageSize = 100;

/**
 * The first page, for what it says about all of them, and the window onto the rows that the table shows. Until the first page of another
 * question is here, the rows of the former one stay (`isOld`).
 */
export function useMandantList(firmId: string, { text, order, direction }: Question) {
  const call = useCall();
  const asked = useMemo(() => ({ text, order, direction }), [text, order, direction]);
  const inputOf = (question: Question, offset: number) => ({
    params: { firmId },
    query: { ...question, offset, limit: pageSize },
  });
  const first = useAsk(endpoint, inputOf(asked, 0), { keepPrevious: true });
  const isOld = first.isPlaceholderData;
  const [shown, setShown] = useState(asked);
  if (!isOld && shown !== asked) setShown(asked);
  const rows = usePagedRows<MandantPage, MandantRow>({
    keyOf: (offset) => keyOf(endpoint, inputOf(shown, offset)),
    total: first.data?.total ?? 0,
    pageSize,
    load: (offset, signal) => call(endpoint, inputOf(shown, offset), signal),
    rowsOf: (page) => page.rows,
  });
  return { first, rows, shown, isOld };
}
