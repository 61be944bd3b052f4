import { useTexts } from '../../i18n/I18n.tsx';
import { Select } from '../../ui/Select.tsx';
import type { Place } from './answers.ts';
import { changed } from './search.ts';

/** From which end a list of postings is read. */
export function OrderField({ place: { search, show } }: { place: Place }) {
  const { postings: words } = useTexts().figures;
  return (
    <div className="figures-order">
      <Select
        label={words.order}
        quietLabel
        options={[
          { value: 'oldest', label: words.oldestFirst },
          { value: 'newest', label: words.newestFirst },
        ]}
        value={search.neueste ? 'newest' : 'oldest'}
        onChange={(value) => show(changed(search, { neueste: value === 'newest' || undefined }))}
      />
    </div>
  );
}

/** The order of the address as the endpoints name it. */
export const orderOf = ({ search }: Place): 'newestFirst' | 'oldestFirst' =>
  search.neueste ? 'newestFirst' : 'oldestFirst';
