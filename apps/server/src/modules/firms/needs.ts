import {
  type ConnectionState,
  connectionStates,
  connectionTone,
  type FiguresState,
  type FiguresStep,
  figuresNeedHand,
  figuresTone,
  type Id,
  needsSomeone,
} from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import {
  type ListedConnectionRow,
  listedConnection,
  type ShownFiguresRow,
  shownFigures,
  stateEdges,
} from '../connectionHealth/index.ts';

/** What tells how much a Mandant needs someone. */
type Need = {
  connectionState: ConnectionState;
  /** Null where figures were never set up. */
  figures: { state: FiguresState; nextStep: FiguresStep } | null;
  questions: number;
  errors: number;
};

/** A Mandant among all in sight. `place`: in the order asked for, from 1; `rank`: lower is more in need. */
export type InNeed = { id: Id; place: number; rank: number; needing: boolean };

/** Mandanten that are alike in all that need hangs on. */
type Alike = ShownFiguresRow & ListedConnectionRow & { ids: Id[]; places: number[]; questions: number; errors: number };

/** All Mandanten of the firm in sight of the one who asks, in no order. */
export async function readNeeds(
  tx: Tx,
  asked: { firmId: Id; text: string | null; order: 'number' | 'name'; down: boolean },
  now: Date,
): Promise<InNeed[]> {
  const edges = stateEdges(now).map((edge) => edge.toISOString());
  const { rows } = await sql<Alike>`
    select * from firm_needs(${asked.firmId}::uuid, ${asked.text}::text, ${asked.order}::text, ${asked.down}::boolean,
                             ${edges}::timestamptz[])`.execute(tx);
  return rows.flatMap((row) => {
    const { ids, places, questions, errors } = row;
    const need = { connectionState: listedConnection(row, now), figures: shownFigures(row, now), questions, errors };
    const [rank, needing] = [rankOf(need), needsSomeone(need)];
    return ids.map((id, index) => ({ id, place: places[index] ?? 0, rank, needing }));
  });
}

const toneRank = { bad: 0, warning: 1, neutral: 2, good: 2 } as const;

/**
 * Lower is more in need: broken first, then errors, questions and other steps for a person, then warnings; among equals the state of the
 * connection decides.
 */
export function rankOf(need: Need): number {
  return stepRank(need) * connectionStates.length + connectionStates.indexOf(need.connectionState);
}

function stepRank({ connectionState, figures, questions, errors }: Need): number {
  const tone = Math.min(toneRank[connectionTone[connectionState]], figures ? toneRank[figuresTone[figures.state]] : 2);
  if (tone === 0) return 0;
  if (errors > 0 || questions > 0) return 1;
  if (figures && figuresNeedHand(figures.nextStep)) return 1;
  return tone + 1;
}
