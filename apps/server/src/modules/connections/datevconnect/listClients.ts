import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant, readFirmSide } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { askForClients } from '../../connectors/index.ts';
import { openEngagement } from './bindClient.ts';
import { readBindable } from './binding.ts';

type Clients = AnswerOf<typeof api.datevconnect.listClients>;

/** What may be bound to this Mandant, the fitting client first. Empty for the Mandant's own people: the firm chooses. */
export function listClients(ctx: Ctx, input: { mandantId: Id }): Promise<Clients> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    if (!(await openEngagement(tx, mandantId))) throw refuse('no_engagement');
    const clients = await readBindable(tx, mandantId);
    const { readAt, reading } = await whenRead(tx, mandantId);
    return {
      clients: clients.map(({ guid, readAt: at, ...client }) => ({
        ...client,
        clientGuid: guid,
        readAt: at.toISOString(),
      })),
      readAt: readAt?.toISOString() ?? null,
      reading,
    };
  });
}

/** Asks the firm's connectors for their lists again. Refuses with `connector_missing` where none works. */
export function readClients(ctx: Ctx, input: { mandantId: Id }): Promise<{ reading: boolean }> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx, seen) => {
    if (!(await openEngagement(tx, mandantId))) throw refuse('no_engagement');
    const { firmId } = await readFirmSide(tx, ctx, seen);
    if (!firmId) throw refuse('right_missing');
    const connectors = await tx
      .selectFrom('connectors')
      .select('id')
      .where('firm_id', '=', firmId)
      .where('confirmed_at', 'is not', null)
      .where('revoked_at', 'is', null)
      .execute();
    if (connectors.length === 0) throw refuse('connector_missing');
    for (const { id } of connectors) await askForClients(tx, ctx, id);
    return { reading: true };
  });
}

async function whenRead(tx: Tx, mandantId: Id): Promise<{ readAt: Date | null; reading: boolean }> {
  const { rows } = await sql<{ readAt: Date | null; reading: boolean }>`
    select max(k.clients_read_at) as "readAt",
           exists (select from connector_orders o join engagements e on e.firm_id = o.firm_id
                    where e.mandant_id = ${mandantId} and e.ended_at is null and o.kind = 'listClients'
                      and o.state in ('waiting', 'handedOut')) as reading
      from connectors k join engagements e on e.firm_id = k.firm_id
     where e.mandant_id = ${mandantId} and e.ended_at is null and k.revoked_at is null`.execute(tx);
  return rows[0] ?? { readAt: null, reading: false };
}
