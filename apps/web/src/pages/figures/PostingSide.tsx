import { lazy, type ReactNode, Suspense } from 'react';
import { useMandant } from '../../session/mandant.ts';
import { Skeleton } from '../../ui/States.tsx';
import type { Place } from './answers.ts';
import { type OpenPosting, PostingPanel } from './PostingPanel.tsx';
import { changed } from './search.ts';

const VoucherViewer = lazy(() => import('../vouchers/VoucherViewer.tsx').then((m) => ({ default: m.VoucherViewer })));

type Props = { place: Place; posting: OpenPosting | null; children: ReactNode };

/** A list of postings, and beside it the one that is open, or its voucher. Closing leads back step by step. */
export function PostingSide({ place, posting, children }: Props) {
  const { mandantId, search, show } = place;
  const mandant = useMandant(mandantId);
  const { beleg: voucherId } = search;
  return (
    <div className={posting || voucherId ? 'figures-split' : 'figures-table'}>
      {children}
      {voucherId ? (
        <Suspense fallback={<Skeleton lines={8} />}>
          <VoucherViewer
            key={voucherId}
            mandantId={mandantId}
            voucherId={voucherId}
            mayEdit={mandant.data?.rights.includes('edit') ?? false}
            onClose={() => show(changed(search, { beleg: undefined }))}
          />
        </Suspense>
      ) : (
        posting && (
          <PostingPanel
            key={posting.key}
            place={place}
            posting={posting}
            onClose={() => show(changed(search, { buchung: undefined }))}
          />
        )
      )}
    </div>
  );
}
