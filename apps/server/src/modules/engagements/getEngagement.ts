import type { FirmRole, Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { type Invitation, invitationStates, listFirmInvitations } from './firmInvitations.ts';
import { readFirmPeople, readOpenEngagement } from './readOpen.ts';

export type EngagementPage = {
  open: {
    id: Id;
    firmId: Id;
    firmName: string;
    consultantNumber: number;
    mandantNumber: number;
    since: string;
    people: { userId: Id; name: string; role: FirmRole }[];
  } | null;
  ended: { id: Id; firmName: string; since: string; endedAt: string; endedBySide: 'firm' | 'mandant' }[];
  invitations: Invitation[];
};

/** The Kanzleiverbindung with its people; to the Mandant's own side also former ones and invitations to firms. */
export function getEngagement(ctx: Ctx, input: { mandantId: Id }): Promise<EngagementPage> {
  const { mandantId } = input;
  return inMandant(ctx, mandantId, 'read', async (tx) => {
    const open = await readOpenEngagement(tx, mandantId);
    const people = open ? await readFirmPeople(tx, mandantId, open.firmId) : [];
    const ended = await tx
      .selectFrom('engagements as e')
      .innerJoin('firms as f', 'f.id', 'e.firm_id')
      .select(['e.id', 'f.name', 'e.since', 'e.ended_at', 'e.ended_side'])
      .where('e.mandant_id', '=', mandantId)
      .where('e.ended_at', 'is not', null)
      .orderBy('e.ended_at', 'desc')
      .execute();
    return {
      open: open && {
        ...open,
        since: open.since.toISOString(),
        people: people.map(({ userId, name, role }) => ({ userId, name, role })),
      },
      ended: ended.flatMap((row) =>
        row.ended_at && row.ended_side
          ? [
              {
                id: row.id,
                firmName: row.name,
                since: row.since.toISOString(),
                endedAt: row.ended_at.toISOString(),
                endedBySide: row.ended_side,
              },
            ]
          : [],
      ),
      invitations: await listFirmInvitations(tx, ctx, mandantId, invitationStates),
    };
  });
}
