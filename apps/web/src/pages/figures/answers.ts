import type { api } from '@bruecke/contract';
import type { Answer } from '../../api/call.ts';
import type { FiguresSearch } from './search.ts';

export type SyncState = Answer<typeof api.figures.state>;
export type FigureYear = Answer<typeof api.figures.years>['years'][number];
export type Bwa = Answer<typeof api.figures.bwa>;
export type BwaLine = Bwa['lines'][number];
export type BwaAccount = BwaLine['accounts'][number];
export type Sums = Answer<typeof api.figures.sums>;
export type SumsRow = Sums['rows'][number];
export type AccountSheet = Answer<typeof api.figures.account>;
export type SheetRow = AccountSheet['rows'][number];
export type Journal = Answer<typeof api.figures.journal>;
export type PostingLine = Journal['rows'][number];
export type OpenItems = Answer<typeof api.figures.openItems>;
export type OpenItem = OpenItems['rows'][number];
export type Ageing = OpenItems['ageing'];
export type Charts = Answer<typeof api.figures.charts>;

/** Where a view of the figures stands, and how it leads on. */
export type Place = {
  mandantId: string;
  year: FigureYear;
  search: FiguresSearch;
  /** Another filter of the same view: the way back does not stop at each letter typed. */
  show: (next: FiguresSearch) => void;
  /** One step down into the figures: the way back leads up again. */
  go: (next: FiguresSearch) => void;
};
