import type { Id } from '@bruecke/model';
import type { Selectable } from 'kysely';
import { inMandant, lockMandant, readFirmSide } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { BindingRequestsTable } from '../../../db/connectorTables.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { refuse } from '../../../refusal.ts';
import { namesOf } from '../../connectors/index.ts';
import { openEngagement } from './bindClient.ts';
import { areSame, createBinding, findBindable, type Numbers } from './binding.ts';
import { cardNow } from './readCard.ts';

type RequestRow = Selectable<BindingRequestsTable>;

/**
 * The second confirmation that a client with other numbers is this Mandant: by another Kanzlei-Admin than the first, who must be one still.
 * What is bound is what was asked: numbers that have changed since, the client's or the Mandant's, have to be asked about anew
 * (`client_not_released`). Both pairs are confirmed, as older fiscal years keep the former one.
 */
export function confirmBinding(ctx: Ctx, input: { mandantId: Id; requestId: Id }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    const seen = await lockMandant(tx, ctx, mandantId, 'connections');
    const request = await lockRequest(tx, input);
    const engagement = await openEngagement(tx, mandantId);
    if (engagement?.id !== request.engagement_id) throw refuse('not_found');
    const side = await readFirmSide(tx, ctx, seen);
    if (!side.admin) throw refuse('right_missing');
    if (request.asked_by === ctx.caller.userId || !(await isAdmin(tx, engagement.firmId, request.asked_by)))
      throw refuse('second_admin_needed');
    const client = await findBindable(tx, mandantId, {
      connectorId: request.connector_id,
      clientGuid: request.client_guid,
    });
    const own = ownNumbersOf(request);
    const asked = { consultantNumber: request.consultant_number, mandantNumber: request.mandant_number };
    if (!areSame(client, asked) || (own && !areSame(engagement, own))) throw refuse('client_not_released');
    await tx
      .updateTable('binding_requests')
      .set({ confirmed_by: ctx.caller.userId, confirmed_at: ctx.now() })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', request.id)
      .execute();
    const first = (await namesOf(tx, [request.asked_by])).get(request.asked_by) ?? '';
    const history = await createBinding(tx, ctx, {
      mandantId,
      engagementId: engagement.id,
      firmId: engagement.firmId,
      client,
      former: client.fits ? null : own,
      // Numbers that have become equal in the meantime need nobody's word.
      numbersConfirmedBy: client.fits
        ? []
        : [
            { id: request.asked_by, name: first },
            { id: ctx.caller.userId, name: ctx.caller.name },
          ],
    });
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}

/** Null in a request from before they were kept. */
function ownNumbersOf({ own_consultant_number, own_mandant_number }: RequestRow): Numbers | null {
  if (own_consultant_number === null || own_mandant_number === null) return null;
  return { consultantNumber: own_consultant_number, mandantNumber: own_mandant_number };
}

export async function lockRequest(tx: Tx, input: { mandantId: Id; requestId: Id }): Promise<RequestRow> {
  const row = await tx
    .selectFrom('binding_requests')
    .selectAll()
    .where('mandant_id', '=', input.mandantId)
    .where('id', '=', input.requestId)
    .where('confirmed_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('not_found');
  return row;
}

async function isAdmin(tx: Tx, firmId: Id, userId: Id): Promise<boolean> {
  const row = await tx
    .selectFrom('firm_staff')
    .select('role')
    .where('firm_id', '=', firmId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.role === 'admin';
}
