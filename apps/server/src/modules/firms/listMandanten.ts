import type { ConnectionState, FirmRole, Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inFirm } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import {
  type FiguresConnection,
  type FiguresRow,
  figuresConnection,
  type ListedConnectionRow,
  listedConnection,
} from '../connectionHealth/index.ts';
import { type InNeed, readNeeds } from './needs.ts';

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
type Direction = 'up' | 'down';
type Input = {
  firmId: Id;
  text?: string;
  order?: Order;
  direction?: Direction;
  needing?: boolean;
  offset?: number;
  limit?: number;
};

/**
 * Mandantenstammdaten: the Mandanten of the firm that the person sees, each with the state of its living connection
 * and of the way its figures come. `offset` rows are left out, then come `limit` (at most 1000, 200 unless given) at most.
 * `need`, upwards: broken connections and what waits for a person first. That order, and `needing` (only who needs someone; `total` counts all
 * the same), hang on everyone's state: what it hangs on is read of all, and then the rows of the page.
 * `figuresSetUp`: of anybody in sight, found by `text` and on the page or not.
 */
export async function listMandantenOfFirm(
  ctx: Ctx,
  input: Input,
): Promise<{ rows: MandantRow[]; total: number; figuresSetUp: boolean }> {
  const { firmId, order = 'number', needing = false, offset = 0, limit = 200 } = input;
  const text = input.text?.trim() || null;
  const down = input.direction === 'down';
  return inFirm(ctx, firmId, 'staff', async (tx, role) => {
    const page = { offset, limit };
    const toRow = (found: Found) => toMandantRow(found, { userId: ctx.caller.userId, role }, ctx.now());
    if (order !== 'need' && !needing) {
      const { found, total, figuresSetUp } = await select(tx, { firmId, text, order, down, page });
      return { rows: found.map(toRow), total, figuresSetUp };
    }
    const all = await inOrder(tx, { firmId, text, order, down }, ctx.now());
    const meant = needing ? all.filter((each) => each.needing) : all;
    const ids = meant.slice(offset, offset + limit).map(({ id }) => id);
    const { found, figuresSetUp } = await select(tx, { firmId, text: null, order: 'number', down: false, ids });
    const place = new Map(ids.map((id, index) => [id, index]));
    const rows = found.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0)).map(toRow);
    return { rows, total: all.length, figuresSetUp };
  });
}

type Asked = { firmId: Id; text: string | null; down: boolean };

async function inOrder(tx: Tx, { order, ...asked }: Asked & { order: Order }, now: Date): Promise<InNeed[]> {
  if (order !== 'need') return (await readNeeds(tx, { ...asked, order }, now)).sort((a, b) => a.place - b.place);
  const all = await readNeeds(tx, { ...asked, order: 'number', down: false }, now);
  all.sort((a, b) => a.rank - b.rank || a.place - b.place);
  return asked.down ? all.reverse() : all;
}

type Found = FiguresRow &
  ListedConnectionRow & {
    id: Id;
    name: string;
    number: number;
    restricted: boolean;
    waiting: number;
    questions: number;
    errors: number;
    last_received: Date | null;
    assigned: { userId: Id; name: string }[] | null;
    manages: boolean;
  };

type Facts = { total: number; figures_set_up: boolean };

/** The function of migration 0028; 0007 says why this is not read through the policies. */
async function select(
  tx: Tx,
  asked: Asked & { order: 'number' | 'name' } & ({ page: { offset: number; limit: number } } | { ids: readonly Id[] }),
): Promise<{ found: Found[]; total: number; figuresSetUp: boolean }> {
  const { firmId, text, order, down } = asked;
  const { offset, limit } = 'page' in asked ? asked.page : { offset: null, limit: null };
  const ids = 'ids' in asked ? asked.ids : null;
  const { rows } = await sql<Facts & (Found | { id: null })>`
    select * from firm_mandanten(${firmId}::uuid, ${text}::text, ${order}::text, ${down}::boolean, ${offset}::int, ${limit}::int,
                                 ${ids}::uuid[])`.execute(tx);
  const found = rows.filter((row) => row.id !== null);
  const [facts] = rows;
  return { found, total: facts?.total ?? 0, figuresSetUp: facts?.figures_set_up ?? false };
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
