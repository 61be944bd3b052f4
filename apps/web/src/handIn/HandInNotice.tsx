import { lazy, Suspense, useState } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { useHandIn } from './HandIn.tsx';
import { type Item, isOpen, mostUrgentFirst, totalsOf } from './queue.ts';

const HandInDialog = lazy(() => import('./HandInDialog.tsx').then((m) => ({ default: m.HandInDialog })));

/** Says on every page that files are still travelling, and what of it needs a person until that has been looked at. */
export function HandInNotice() {
  const { handIn } = useTexts().vouchers;
  const { snapshot } = useHandIn();
  const [shown, setShown] = useState<string | null>(null);
  const totals = totalsOf(snapshot.items);
  const unseen = mostUrgentFirst(snapshot.items.filter((item) => !item.isSeen && !isOpen(item) && needsPerson(item)));
  const { failed, duplicates } = totalsOf(unseen);
  const [first] = unseen;
  const words = [failed > 0 ? handIn.refused(failed) : '', duplicates > 0 ? handIn.undecided(duplicates) : ''];
  return (
    <>
      {totals.open > 0 && <ProgressBar label={handIn.progress(totals.done, totals.count)} share={totals.share} />}
      {snapshot.offline && (
        <Banner tone="warn" title={handIn.offline}>
          {handIn.offlineText}
        </Banner>
      )}
      {first && (
        <Banner
          tone="warn"
          title={words.filter(Boolean).join(', ')}
          actions={<Button onPress={() => setShown(first.mandantId)}>{handIn.look}</Button>}
        />
      )}
      {shown !== null && (
        <Suspense>
          <HandInDialog mandantId={shown} onClose={() => setShown(null)} />
        </Suspense>
      )}
    </>
  );
}

const needsPerson = ({ state }: Item): boolean => state.at !== 'done';
