import type { ReactNode } from 'react';

export type Column<Row> = {
  id: string;
  header: string;
  /** CSS grid track, e.g. "minmax(180px, 2fr)" or "110px". */
  width: string;
  align?: 'end';
  /** Left out while the table is narrower than this (pixels), as long as rows are no cards. */
  dropBelow?: number;
  cell: (row: Row) => ReactNode;
  /** Place in the two-line card on a phone; 'below' is below the side, 'hide' leaves it out. */
  card: 'title' | 'side' | 'meta' | 'below' | 'hide';
};
