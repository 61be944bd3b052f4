import { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import { useAsk, useCall } from '../../api/query.tsx';
import { usePagedRows } from '../../table/rows.ts';
import type { VoucherSearch } from './search.ts';

export type VoucherRow = Answer<typeof api.vouchers.list>['vouchers'][number];
export type VoucherCounts = Answer<typeof api.vouchers.counts>;

const pageSize = 100;

/** The filter of the address in the words of the API. */
export function apiFilter(search: VoucherSearch) {
  return {
    ...(search.status ? { status: search.status } : {}),
    ...(search.typ ? { documentType: search.typ } : {}),
    ...(search.monat ? { month: search.monat } : {}),
    ...(search.text ? { text: search.text } : {}),
  };
}

/** Counts under the filter, and the window onto the rows that the table shows. */
export function useVoucherList(mandantId: string, search: VoucherSearch) {
  const call = useCall();
  const filter = apiFilter(search);
  const params = { mandantId };
  const counts = useAsk(api.vouchers.counts, { params, query: filter }, { keepPrevious: true });
  const rows = usePagedRows<Answer<typeof api.vouchers.list>, VoucherRow>({
    keyOf: (offset) => [api.vouchers.list.path, { params, filter, offset }],
    total: counts.data?.total ?? 0,
    pageSize,
    load: (offset, signal) =>
      call(api.vouchers.list, { params, query: { ...filter, offset, limit: pageSize } }, signal),
    rowsOf: (page) => page.vouchers,
  });
  return { counts, rows };
}
