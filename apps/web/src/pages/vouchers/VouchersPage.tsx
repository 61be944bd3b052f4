import { type HistoryState, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { HandInButton, useFilesDroppedAnywhere } from '../../handIn/HandInButton.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMandant } from '../../session/mandant.ts';
import type { Selection } from '../../table/windowing.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { BulkBar } from './BulkBar.tsx';
import type { VoucherSearch } from './search.ts';
import { useVoucherList } from './useVoucherList.ts';
import { VoucherFilter } from './VoucherFilter.tsx';
import { VoucherTable } from './VoucherTable.tsx';
import './vouchers.css';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The list itself stands before this entry: a voucher was opened from it. */
    isAfterList?: boolean;
  }
}

const VoucherViewer = lazy(() => import('./VoucherViewer.tsx').then((m) => ({ default: m.VoucherViewer })));

const nothing: Selection = new Set();

/** Of another Mandant it is another page: neither rows nor selection go over. */
export function VouchersPage() {
  const { mandantId } = useParams({ from: '/shell/mandanten/$mandantId/belege' });
  return <Vouchers key={mandantId} mandantId={mandantId} />;
}

/** List with viewer beside it. Filter and open voucher stand in the address. */
function Vouchers({ mandantId }: { mandantId: string }) {
  const { vouchers } = useTexts();
  const search = useSearch({ from: '/shell/mandanten/$mandantId/belege' });
  const navigate = useNavigate();
  const { history } = useRouter();
  const mandant = useMandant(mandantId);
  const { counts, rows, shown, isOld } = useVoucherList(mandantId, search);
  // Belongs to what is shown: with another filter, and until its rows are here, nothing is selected.
  const [selected, setSelected] = useState({ of: shown, ids: nothing });
  const selection = selected.of === shown && !isOld ? selected.ids : nothing;
  const select = (ids: Selection) => setSelected({ of: shown, ids });
  const mayHandIn = mandant.data?.rights.includes('handIn') ?? false;
  const mayEdit = mandant.data?.rights.includes('edit') ?? false;
  useFilesDroppedAnywhere(mandantId, mayHandIn);

  const show = (next: VoucherSearch, more: { replace?: boolean; state?: HistoryState } = {}) =>
    void navigate({ to: paths.vouchers, params: { mandantId }, search: next, replace: true, ...more });
  // From an open voucher the way back is to the list, however many were looked at.
  const open = (id: string) =>
    search.beleg
      ? show({ ...search, beleg: id }, { state: history.location.state })
      : show({ ...search, beleg: id }, { replace: false, state: { isAfterList: true } });
  const close = () => {
    const { beleg: _closed, ...rest } = search;
    // Asked now: after a second press of Esc the way back has been gone already.
    if (history.location.state.isAfterList) history.back();
    else show(rest);
  };
  return (
    <div className="fill vouchers">
      <PageHeader
        title={vouchers.title}
        meta={mandant.data?.name}
        actions={mayHandIn && <HandInButton mandantId={mandantId} openAtOnce={search.einreichen ?? false} />}
      />
      <Loaded query={mandant}>
        {() => (
          <Loaded query={counts}>
            {(numbers) => (
              <>
                <VoucherFilter search={search} counts={numbers} onChange={show} />
                {selection.size > 0 && (
                  <BulkBar mandantId={mandantId} selection={selection} onSelect={select} mayEdit={mayEdit} />
                )}
                {rows.error !== null && <ProblemBanner error={rows.error} />}
                <div className={search.beleg ? 'vouchers-split' : 'vouchers-list'}>
                  <VoucherTable
                    rows={rows}
                    shown={shown}
                    isOld={isOld}
                    openId={search.beleg ?? null}
                    onOpen={(id) => isOld || open(id)}
                    selection={selection}
                    onSelect={select}
                    mayHandIn={mayHandIn}
                    onReset={() => show({})}
                  />
                  {search.beleg && (
                    <Suspense fallback={<Skeleton lines={8} />}>
                      <VoucherViewer
                        key={search.beleg}
                        mandantId={mandantId}
                        voucherId={search.beleg}
                        mayEdit={mayEdit}
                        onClose={close}
                      />
                    </Suspense>
                  )}
                </div>
              </>
            )}
          </Loaded>
        )}
      </Loaded>
    </div>
  );
}
