import type { ReactNode } from 'react';
import './itemList.css';

export type Item = {
  id: string;
  title: ReactNode;
  /** Second line, quieter. */
  meta?: ReactNode;
  /** State at the right, before the actions. */
  state?: ReactNode;
  actions?: ReactNode;
};

/** A short list of things with actions: sessions, keys, invitations, people. Long lists take the DataTable. */
export function ItemList({ label, items, empty }: { label: string; items: readonly Item[]; empty?: ReactNode }) {
  if (items.length === 0) return empty ? <p className="quiet">{empty}</p> : null;
  return (
    <ul className="items" aria-label={label}>
      {items.map((item) => (
        <li key={item.id}>
          <div className="grow">
            <div className="item-title">{item.title}</div>
            {item.meta && <div className="item-meta num">{item.meta}</div>}
          </div>
          {item.state}
          {item.actions && <div className="row">{item.actions}</div>}
        </li>
      ))}
    </ul>
  );
}
