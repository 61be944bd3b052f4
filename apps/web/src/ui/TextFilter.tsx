import { useEffect, useState } from 'react';
import { SearchField } from './SearchField.tsx';

type Props = { label: string; placeholder?: string; value: string; onChange: (value: string) => void };

/** A search above a table. Waits until typing pauses, so that not every letter asks the server; empties itself when the filter is lifted. */
export function TextFilter({ value, onChange, ...words }: Props) {
  const [typed, setTyped] = useState(value);
  useEffect(() => {
    if (value === '') setTyped('');
  }, [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the clock
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed), 250);
    return () => clearTimeout(timer);
  }, [typed]);
  return <SearchField {...words} value={typed} onChange={setTyped} />;
}
