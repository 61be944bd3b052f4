import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import { inMandant, lockMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { severConnections } from '../connectionHealth/index.ts';
import { endDeliveries } from '../deliveries/index.ts';
import { endInvitationsOfFirmSide } from '../invitations/index.ts';
import { queueMail } from '../notifications/index.ts';
import { asJobOfMandant } from './asJobOfMandant.ts';
import { hasOwnAdmin, readMandantName, sideOf } from './cutRules.ts';
import { type OpenEngagement, readFirmPeople, readOpenEngagement } from './readOpen.ts';

/**
 * Kanzleiverbindung trennen: ends sight, connections that hang on the firm, deliveries, keys, invitations and assignments in one
 * transaction, told in both histories and by mail. Refused with `mandant_needs_admin` while nobody could reach the vouchers
 * afterwards, and with `name_does_not_match` unless the Mandant's name was typed exactly.
 *
 * Order: the links are locked first, so that nobody joins halfway; what needs the acting person's sight comes before the
 * engagement's end, which can take that sight away.
 */
export function cutEngagement(ctx: Ctx, input: { mandantId: Id; mandantName: string }) {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'cut', async (tx) => {
    await lockMandant(tx, ctx, mandantId, 'cut');
    const engagement = await readOpenEngagement(tx, mandantId);
    if (!engagement) throw refuse('no_engagement');
    if (!(await hasOwnAdmin(tx, mandantId))) throw refuse('mandant_needs_admin');
    const name = await readMandantName(tx, mandantId);
    const typed = input.mandantName.trim();
    // Nothing typed confirms nothing, whatever a Mandant from earlier days is called.
    if (typed === '' || typed !== name.trim()) throw refuse('name_does_not_match');
    const at = ctx.now();
    const side = await sideOf(tx, mandantId);
    const recipients = await adminsOfBothSides(tx, mandantId, engagement.firmId);

    const cut = { mandantId, at, actor: actorOf(ctx.caller) };
    const severed = await asJobOfMandant(tx, mandantId, async () => {
      // Severed first: a hand-in that is just choosing its target waits for it, or its delivery is among those that end.
      const connections = await severConnections(tx, ctx, { ...cut, engagement });
      const deliveries = await endDeliveries(tx, ctx, { ...cut, connectionIds: connections.connectionIds });
      return { connections, deliveries };
    });
    const links = await endLinks(tx, ctx, { mandantId, engagement });
    for (const person of recipients)
      await queueMail(tx, ctx, { recipient: person.email, kind: 'engagementEnded', language: person.language });

    const { connections, deliveries } = severed;
    const told = await tell(tx, ctx, {
      mandantId,
      engagement,
      at,
      name,
      restricted: links.restrictedTo !== null,
      data: {
        side,
        mandantNumber: engagement.mandantNumber,
        connections: connections.connectionIds.length,
        grants: connections.grants,
        cancelledDeliveries: deliveries.cancelled,
        unresolvedDeliveries: deliveries.unresolved,
        assignments: links.assignments,
        invitations: links.invitations,
        apiKeys: links.apiKeys,
        firmPeople: links.firmPeople,
      },
    });
    await tx
      .updateTable('engagements')
      .set({ ended_at: at, ended_by: ctx.caller.userId, ended_side: side, restricted_to: links.restrictedTo })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', engagement.id)
      .execute();
    await sql`select revoke_powerless_keys(${mandantId}::uuid, null, ${at}::timestamptz)`.execute(tx);
    return {
      answer: { endedAt: at.toISOString() },
      history: [...told, ...connections.recorded, ...deliveries.recorded],
    };
  });
}

type Recipient = { email: string; language: 'de' | 'en' };

/** Whoever must know, each once. Under a restriction the firm's other admins don't even know of the Mandant. */
async function adminsOfBothSides(tx: Tx, mandantId: Id, firmId: Id): Promise<Recipient[]> {
  const ofFirm = (await readFirmPeople(tx, mandantId, firmId)).filter((person) => person.role === 'admin');
  const ofMandant = await tx
    .selectFrom('mandant_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select(['u.email', 'u.language'])
    .where('m.mandant_id', '=', mandantId)
    .where('m.role', '=', 'admin')
    .execute();
  return [...new Map([...ofFirm, ...ofMandant].map(({ email, language }) => [email, { email, language }])).values()];
}

/**
 * Ends what the firm's people have here besides their sight, and lifts a restriction that would bind nobody any more. Whom it was
 * restricted to stays with the ended Kanzleiverbindung: the firm's other admins are not to learn of the Mandant by its leaving.
 */
async function endLinks(tx: Tx, ctx: Ctx, cut: { mandantId: Id; engagement: OpenEngagement }) {
  const { mandantId } = cut;
  const { firmId } = cut.engagement;
  const firmPeople = (await readFirmPeople(tx, mandantId, firmId)).length;
  const keys = await sql<{ count: number }>`
    select count_firm_keys(${mandantId}::uuid, ${firmId}::uuid) as count`.execute(tx);
  const invitations = await endInvitationsOfFirmSide(tx, ctx, { mandantId });
  const assignments = await tx.deleteFrom('assignments').where('mandant_id', '=', mandantId).executeTakeFirst();
  const before = await tx
    .selectFrom('mandanten')
    .select('restricted_to')
    .where('mandant_id', '=', mandantId)
    .executeTakeFirst();
  if (before?.restricted_to)
    await tx.updateTable('mandanten').set({ restricted_to: null }).where('mandant_id', '=', mandantId).execute();
  return {
    firmPeople,
    apiKeys: keys.rows[0]?.count ?? 0,
    invitations,
    assignments: Number(assignments.numDeletedRows),
    restrictedTo: before?.restricted_to ?? null,
  };
}

/** One entry for both chains; under a restriction the firm's own comes without the Mandant's name, which only one admin may know. */
async function tell(
  tx: Tx,
  ctx: Ctx,
  cut: {
    mandantId: Id;
    engagement: OpenEngagement;
    at: Date;
    name: string;
    restricted: boolean;
    data: Record<string, string | number>;
  },
) {
  const { mandantId, engagement, restricted } = cut;
  const entry = {
    at: cut.at,
    kind: 'engagement.ended',
    subject: { mandantId, firmId: engagement.firmId, engagementId: engagement.id },
    data: cut.data,
  } as const;
  const named = actedBy(ctx.caller, [
    { label: 'mandant.name', value: cut.name },
    { label: 'firm.name', value: engagement.firmName },
  ]);
  if (!restricted)
    return [
      await recordHistory(tx, ctx, { ...entry, ...named, mandantIds: [mandantId], firmIds: [engagement.firmId] }),
    ];
  return [
    await recordHistory(tx, ctx, { ...entry, ...named, mandantIds: [mandantId] }),
    await recordHistory(tx, ctx, { ...entry, ...actedBy(ctx.caller), firmIds: [engagement.firmId] }),
  ];
}
