import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
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
  const mandant = useMandant(mandantId);
  const { counts, rows, shown, isOld } = useVoucherList(mandantId, search);
  // Belongs to what is shown: with another filter, and until its rows are here, nothing is selected.
  const [selected, setSelected] = useState({ of: shown, ids: nothing });
  const selection = selected.of === shown && !isOld ? selected.ids : nothing;
  const select = (ids: Selection) => setSelected({ of: shown, ids });
  const mayHandIn = mandant.data?.rights.includes('handIn') ?? false;
  const mayEdit = mandant.data?.rights.includes('edit') ?? false;
  useFilesDroppedAnywhere(mandantId, mayHandIn);

  const show = (next: VoucherSearch, replace = true) =>
    void navigate({ to: paths.vouchers, params: { mandantId }, search: next, replace });
  const open = (id: string | undefined) => {
    const { beleg: _closed, ...rest } = search;
    // From an open voucher the way back is to the list, however many were looked at.
    show(id ? { ...rest, beleg: id } : rest, id === undefined || search.beleg !== undefined);
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
                        onClose={() => open(undefined)}
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
