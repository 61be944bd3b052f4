import type { ReactNode } from 'react';
import './chips.css';

type ChipsProps = { label: string; children: ReactNode };

/** A row of chips of which one is on: a filter above a table that shows its choices. */
export function Chips({ label, children }: ChipsProps) {
  return (
    <fieldset className="chips" aria-label={label}>
      {children}
    </fieldset>
  );
}

type ChipProps = { isOn: boolean; onPress: () => void; label: string; count?: string; icon?: ReactNode };

export function Chip({ isOn, onPress, label, count, icon }: ChipProps) {
  return (
    <button type="button" className="chip" aria-pressed={isOn} onClick={onPress}>
      {icon}
      {label} {count !== undefined && <span className="num chip-count">{count}</span>}
    </button>
  );
}
