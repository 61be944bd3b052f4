import type { Id } from '@bruecke/model';
import { inMandant, lockMandant, readFirmSide } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../../history/index.ts';
import { refuse } from '../../../refusal.ts';
import { createBinding, findBindable, type Numbers } from './binding.ts';
import { cardNow } from './readCard.ts';

export type BindInput = { mandantId: Id; connectorId: Id; clientGuid: string; numbersConfirmed?: boolean };

/**
 * Binds a released client to the Mandant. Its newest fiscal year must have the Mandant's Berater- and Mandantennummer, so that nobody is
 * shown another company's books; else (`numbersConfirmed`) this is the first of two confirmations by name, and nothing is bound yet. Only on
 * the firm's side: its clients are not for the Mandant's people to choose from.
 */
export function bindClient(ctx: Ctx, input: BindInput) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'connections', async (tx) => {
    // A cut under way is waited for.
    const seen = await lockMandant(tx, ctx, mandantId, 'connections');
    const engagement = await openEngagement(tx, mandantId);
    if (!engagement) throw refuse('no_engagement');
    const side = await readFirmSide(tx, ctx, seen);
    if (!side.firmId) throw refuse('right_missing');
    // One that waits for its second confirmation is decided, or taken back, first.
    if (await isWaiting(tx, mandantId)) throw refuse('conflict');
    const client = await findBindable(tx, mandantId, input);
    const given = { mandantId, engagementId: engagement.id, firmId: engagement.firmId, client };
    if (client.fits) {
      const history = await createBinding(tx, ctx, { ...given, numbersConfirmedBy: [], former: null });
      return { answer: await cardNow(tx, ctx, seen), history };
    }
    // The list gives clients with other numbers to the firm's admins alone.
    if (!input.numbersConfirmed) throw refuse('client_numbers_differ');
    const history = await askForSecond(tx, ctx, { ...given, own: engagement });
    return { answer: await cardNow(tx, ctx, seen), history };
  });
}

/** With the numbers that the Mandant has under it. */
export async function openEngagement(tx: Tx, mandantId: Id): Promise<({ id: Id; firmId: Id } & Numbers) | null> {
  const row = await tx
    .selectFrom('engagements as e')
    .innerJoin('firms as f', 'f.id', 'e.firm_id')
    .select([
      'e.id',
      'e.firm_id as firmId',
      'f.consultant_number as consultantNumber',
      'e.mandant_number as mandantNumber',
    ])
    .where('e.mandant_id', '=', mandantId)
    .where('e.ended_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

async function isWaiting(tx: Tx, mandantId: Id): Promise<boolean> {
  const row = await tx
    .selectFrom('binding_requests')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where('confirmed_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

type Asked = {
  mandantId: Id;
  engagementId: Id;
  firmId: Id;
  client: Awaited<ReturnType<typeof findBindable>>;
  /** The Mandant's, which the admins see beside the client's. */
  own: Numbers;
};

async function askForSecond(tx: Tx, ctx: Ctx, { mandantId, engagementId, firmId, client, own }: Asked) {
  const at = ctx.now();
  const requestId = ctx.newId();
  await tx
    .insertInto('binding_requests')
    .values({
      mandant_id: mandantId,
      id: requestId,
      engagement_id: engagementId,
      connector_id: client.connectorId,
      client_guid: client.guid,
      company_name: client.name,
      consultant_number: client.consultantNumber,
      mandant_number: client.mandantNumber,
      own_consultant_number: own.consultantNumber,
      own_mandant_number: own.mandantNumber,
      asked_by: ctx.caller.userId,
      asked_at: at,
      confirmed_by: null,
      confirmed_at: null,
      withdrawn_at: null,
    })
    .execute();
  return recordHistory(tx, ctx, {
    at,
    kind: 'connection.bindingAsked',
    subject: { mandantId, requestId },
    data: {
      channel: 'datevconnect',
      consultantNumber: client.consultantNumber,
      mandantNumber: client.mandantNumber,
      connectorId: client.connectorId,
    },
    ...actedBy(ctx.caller),
    mandantIds: [mandantId],
    firmIds: [firmId],
  });
}
