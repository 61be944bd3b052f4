import type { api } from '@bruecke/contract';
import { type FiguresState, type MandantNeed, needsSomeone, vouchersNeedSomeone } from '@bruecke/model';
import type { Answer } from '../../api/call.ts';

export type MandantRow = Answer<typeof api.firms.listMandanten>['rows'][number];
type Needing = MandantNeed & { figures: { state: FiguresState } | null };

/** States that lie with the connector: the same for every Mandant it serves, and put right once. */
const ofConnector: readonly FiguresState[] = ['revoked', 'silent'];

/**
 * Who needs someone, in the order given. Mandanten in need for nothing but a connector that is silent or revoked stand
 * together, from two on: a firm's connector serves hundreds.
 */
export function needs<Row extends Needing>(rows: readonly Row[]): { groups: [FiguresState, Row[]][]; single: Row[] } {
  const needy = rows.filter(needsSomeone);
  const groups = ofConnector
    .map((state): [FiguresState, Row[]] => [
      state,
      needy.filter((row) => row.figures?.state === state && !vouchersNeedSomeone(row)),
    ])
    .filter(([, together]) => together.length > 1);
  const grouped = new Set(groups.flatMap(([, together]) => together));
  return { groups, single: needy.filter((row) => !grouped.has(row)) };
}
