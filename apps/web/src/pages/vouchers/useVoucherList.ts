import { api } from '@bruecke/contract';
import { useMemo, useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { keyOf, useAsk, useCall } from '../../api/query.tsx';
import { usePagedRows } from '../../table/rows.ts';
import type { VoucherSearch } from './search.ts';

const endpoint = api.vouchers.list;
type VoucherPage = Answer<typeof endpoint>;
export type VoucherRow = VoucherPage['vouchers'][number];
export type VoucherCounts = Answer<typeof api.vouchers.counts>;
export type VoucherQuestion = ReturnType<typeof apiFilter>;
type Chosen = { [Part in 'status' | 'typ' | 'monat' | 'text']: VoucherSearch[Part] | undefined };

const pageSize = 100;

/** The filter of the address in the words of the API. */
function apiFilter({ status, typ, monat, text }: Chosen) {
  return {
    ...(status ? { status } : {}),
    ...(typ ? { documentType: typ } : {}),
    ...(monat ? { month: monat } : {}),
    ...(text ? { text } : {}),
  };
}

/**
 * Counts under the filter, and the window onto the rows that the table shows. Until counts and first page of another filter are here, those of
 * the former one stay (`isOld`).
 */
export function useVoucherList(mandantId: string, { status, typ, monat, text }: VoucherSearch) {
  const call = useCall();
  const params = { mandantId };
  const asked = useMemo(() => apiFilter({ status, typ, monat, text }), [status, typ, monat, text]);
  const inputOf = (filter: VoucherQuestion, offset: number) => ({
    params,
    query: { ...filter, offset, limit: pageSize },
  });
  const next = useAsk(api.vouchers.counts, { params, query: asked }, { keepPrevious: true });
  const first = useAsk(endpoint, inputOf(asked, 0), { keepPrevious: true });
  const isOld = next.isPlaceholderData || first.isPlaceholderData;
  const [shown, setShown] = useState(asked);
  if (!isOld && shown !== asked) setShown(asked);
  // One of the two may be there before the other; what is shown goes together.
  const counts = useAsk(api.vouchers.counts, { params, query: shown });
  const rows = usePagedRows<VoucherPage, VoucherRow>({
    keyOf: (offset) => keyOf(endpoint, inputOf(shown, offset)),
    total: counts.data?.total ?? 0,
    pageSize,
    load: (offset, signal) => call(endpoint, inputOf(shown, offset), signal),
    rowsOf: (page) => page.vouchers,
  });
  return { counts, rows, shown, isOld };
}
