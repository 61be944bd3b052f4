import type { ReactNode } from 'react';
import { Amount } from './Amount.tsx';

type Props = {
  caption: string;
  /** Of the column of names, then of those of amounts. */
  head: readonly string[];
  /** Amounts in cents; null: there is none. */
  rows: readonly { key: string; name: ReactNode; cells: readonly (number | null)[] }[];
};

/** Names at the left, amounts at the right: the table behind a chart. */
export function FigureTable({ caption, head, rows }: Props) {
  return (
    <table className="plain-table">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {head.map((text, at) => (
            <th key={text} scope="col" className={at === 0 ? '' : 'end'}>
              {text}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">{row.name}</th>
            {row.cells.map((cell, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: cells stand in the order of the head
              <td key={at} className="end">
                {cell === null ? '–' : <Amount cents={cell} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
