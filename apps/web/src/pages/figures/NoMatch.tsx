import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/States.tsx';
import type { Place } from './answers.ts';
import { changed } from './search.ts';

/** A search that found nothing, and the way out of it. */
export function NoMatch({ place: { search, show } }: { place: Place }) {
  const { figures } = useTexts();
  return (
    <EmptyState
      icon="search"
      title={figures.noMatch}
      actions={<Button onPress={() => show(changed(search, { text: undefined }))}>{figures.resetFilter}</Button>}
    />
  );
}
