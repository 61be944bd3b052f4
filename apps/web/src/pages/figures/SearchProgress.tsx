import { useTexts } from '../../i18n/I18n.tsx';
import { ProgressBar } from '../../ui/Progress.tsx';
import type { Journal } from './answers.ts';

/** How far a search is that rests, until it is asked on. */
export function SearchProgress({ searched }: { searched: Journal['searched'] | undefined }) {
  const { journal } = useTexts().figures;
  if (!searched) return null;
  return <ProgressBar label={journal.searched(searched.of)} share={searched.postings / searched.of} />;
}
