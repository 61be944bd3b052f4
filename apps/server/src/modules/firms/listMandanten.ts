import {
  type ConnectionState,
  connectionStates,
  connectionTone,
  type FirmRole,
  figuresNeedHand,
  figuresTone,
  type Id,
  needsSomeone,
} from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../db/cursor.ts';
import type { Tx } from '../../db/withTenant.ts';
import {
  type FiguresConnection,
  type FiguresRow,
  figuresConnection,
  type ListedConnectionRow,
  listedConnection,
} from '../connectionHealth/index.ts';

export type MandantRow = {
  id: Id;
  name: string;
  mandantNumber: number;
  restricted: boolean;
  connectionState: ConnectionState;
  /** Null where figures were never set up. */
  figures: FiguresConnection | null;
  waiting: number;
  questions: number;
  errors: number;
  lastHandedInAt: string | null;
  assignedTo: { userId: Id; name: string }[];
};

type Order = 'number' | 'name' | 'need';

/**
 * Mandantenstammdaten: the Mandanten of the firm that the person sees, each with the state of its living connection
 * and of the way its figures come.
 * `need`: broken connections and what waits for a person first. That order, and `needing` (only who needs someone; `total` counts all
 * the same), hang on every row's state; else the rows are cut to the page before anything is counted. One query. `limit` at most 1000,
 * 200 unless given.
 */
export async function listMandantenOfFirm(
  ctx: Ctx,
  input: { firmId: Id; text?: string; order?: Order; needing?: boolean; cursor?: string; limit?: number },
): Promise<{ rows: MandantRow[]; total: number; next: string | null }> {
  const limit = input.limit ?? 200;
  const [from] = decodeCursor(input.cursor, ['number']) ?? [0];
  const offset = Math.max(0, Math.trunc(from));
  const order = input.order ?? 'number';
  return inFirm(ctx, input.firmId, 'staff', async (tx, role) => {
    const text = input.text?.trim() || null;
    const page = order === 'need' || input.needing ? null : { limit, offset };
    const found = await select(tx, { firmId: input.firmId, text, order }, page);
    const who = { userId: ctx.caller.userId, role };
    const all = found.map((row) => toMandantRow(row, who, ctx.now()));
    const meant = input.needing ? all.filter(needsSomeone) : all;
    if (order === 'need') meant.sort(byNeed);
    const rows = page ? meant : meant.slice(offset, offset + limit);
    // A page beyond the end has no row that could carry the number of all.
    const total = found[0]?.total ?? (offset === 0 ? 0 : await countAll(tx, input.firmId, text));
    const end = page ? total : meant.length;
    return {
      rows,
      total,
      next: offset + rows.length < end && rows.length > 0 ? encodeCursor([offset + rows.length]) : null,
    };
  });
}

type Found = FiguresRow &
  ListedConnectionRow & {
    id: Id;
    name: string;
    number: number;
    restricted: boolean;
    total: number;
    waiting: number;
    questions: number;
    errors: number;
    last_received: Date | null;
    assigned: { userId: Id; name: string }[] | null;
    manages: boolean;
  };

async function countAll(tx: Tx, firmId: Id, text: string | null): Promise<number> {
  const [first] = await select(tx, { firmId, text, order: 'number' }, { limit: 1, offset: 0 });
  return first?.total ?? 0;
}

/** The function of migration 0020; 0007 says why this is not read through the policies. */
async function select(
  tx: Tx,
  asked: { firmId: Id; text: string | null; order: Order },
  page: { limit: number; offset: number } | null,
): Promise<Found[]> {
  const { rows } = await sql<Found>`
    select * from firm_mandanten(${asked.firmId}::uuid, ${asked.text}::text, ${asked.order}::text,
                                 ${page?.limit ?? null}::int, ${page?.offset ?? 0}::int)`.execute(tx);
  return rows;
}

function toMandantRow(row: Found, who: { userId: Id; role: FirmRole }, now: Date): MandantRow {
  const reader = { userId: who.userId, manage: row.manages, ofFirm: true, firmAdmin: who.role === 'admin' };
  return {
    id: row.id,
    name: row.name,
    mandantNumber: row.number,
    restricted: row.restricted,
    connectionState: listedConnection(row, now),
    figures: figuresConnection(row, reader, now),
    waiting: row.waiting,
    questions: row.questions,
    errors: row.errors,
    lastHandedInAt: row.last_received?.toISOString() ?? null,
    assignedTo: row.assigned ?? [],
  };
}

const toneRank = { bad: 0, warning: 1, neutral: 2, good: 2 } as const;

/** Broken first, then errors, questions and other steps for a person, then warnings; among equals by number. */
function byNeed(a: MandantRow, b: MandantRow): number {
  return needOf(a) - needOf(b) || stateRank(a) - stateRank(b) || a.mandantNumber - b.mandantNumber;
}

function needOf(row: MandantRow): number {
  const figures = row.figures === null ? 2 : toneRank[figuresTone[row.figures.state]];
  const tone = Math.min(toneRank[connectionTone[row.connectionState]], figures);
  if (tone === 0) return 0;
  if (row.errors > 0 || row.questions > 0) return 1;
  if (row.figures && figuresNeedHand(row.figures.nextStep)) return 1;
  return tone + 1;
}

const stateRank = (row: MandantRow): number => connectionStates.indexOf(row.connectionState);
