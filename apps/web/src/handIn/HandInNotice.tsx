import { useTexts } from '../i18n/I18n.tsx';
import { ProgressBar } from '../ui/Progress.tsx';
import { useHandIn } from './HandIn.tsx';
import { totalsOf } from './queue.ts';

/** Says on every page that files are still travelling. */
export function HandInNotice() {
  const { handIn } = useTexts().vouchers;
  const { snapshot } = useHandIn();
  const totals = totalsOf(snapshot.items);
  if (totals.open === 0) return null;
  return <ProgressBar label={handIn.progress(totals.done, totals.count)} share={totals.share} />;
}
