import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { date, email, id, mandantParams, nullable, object, oneOf, time } from './parts.ts';

const tag = 'Kanzleiverbindung';
const read = { who: 'mandant', right: 'read' } as const;
const cut = { who: 'mandant', right: 'cut' } as const;

/** What a cut ends and what stays, counted at the moment of asking. */
export const cutPreview = object({
  mandantName: T.String(),
  firmName: T.String(),
  /** From which side the asking person would cut. */
  side: oneOf(['firm', 'mandant']),
  ends: object({
    people: T.Array(object({ userId: id, name: T.String() })),
    connections: T.Integer(),
    /** Figures from the firm's DATEV server end; those already delivered stay. */
    connectorBindings: T.Integer(),
    grants: T.Integer(),
    waitingDeliveries: T.Integer(),
    unclearDeliveries: T.Integer(),
    apiKeys: T.Integer(),
    assignments: T.Integer(),
  }),
  stays: object({ vouchers: T.Integer(), receipts: T.Integer(), historyEntries: T.Integer(), people: T.Integer() }),
  /** Why it is not possible now, if so. */
  refusal: nullable(oneOf(['mandant_needs_admin'])),
});

export const engagementInvitation = object({
  id,
  email: T.String(),
  state: oneOf(['sent', 'accepted', 'confirmed', 'expired', 'withdrawn']),
  invitedAt: time,
  expiresAt: time,
  firmName: nullable(T.String()),
  consultantNumber: nullable(T.Integer()),
  /** Vouchers handed in on this day or later are what the new firm sees. */
  accessFrom: date,
});

export const engagement = {
  get: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/engagement',
    tag,
    summary: 'The Kanzleiverbindung, its people and open invitations to firms',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({
      open: nullable(
        object({
          id,
          firmId: id,
          firmName: T.String(),
          consultantNumber: T.Integer(),
          mandantNumber: T.Integer(),
          since: time,
          people: T.Array(object({ userId: id, name: T.String(), role: oneOf(['admin', 'user']) })),
        }),
      ),
      ended: T.Array(
        object({ id, firmName: T.String(), since: time, endedAt: time, endedBySide: oneOf(['firm', 'mandant']) }),
      ),
      invitations: T.Array(engagementInvitation),
    }),
  }),
  previewCut: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/engagement/cut',
    tag,
    summary: 'What Trennen would end and what stays',
    access: cut,
    history: { none: 'reads' },
    params: mandantParams,
    answer: cutPreview,
    errors: ['no_engagement'],
  }),
  cut: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/engagement/cut',
    tag,
    summary: 'End the Kanzleiverbindung now',
    access: cut,
    fresh: true,
    history: ['engagement.ended', 'connection.severed', 'delivery.cancelled', 'delivery.unresolved'],
    params: mandantParams,
    body: object({ mandantName: T.String({ maxLength: 200 }) }),
    answer: object({ endedAt: time }),
    errors: ['no_engagement', 'mandant_needs_admin', 'name_does_not_match'],
  }),
  inviteFirm: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/engagement/invitations',
    tag,
    summary: 'Invite a firm by mail',
    access: { who: 'mandant', right: 'members' },
    history: ['engagement.invited'],
    params: mandantParams,
    body: object({ email, accessFrom: date }),
    status: 201,
    answer: engagementInvitation,
    errors: ['engagement_exists'],
  }),
  withdrawInvitation: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/engagement/invitations/:invitationId',
    tag,
    summary: 'Withdraw an invitation to a firm',
    access: { who: 'mandant', right: 'members' },
    history: ['invitation.revoked'],
    params: object({ mandantId: id, invitationId: id }),
    status: 204,
  }),
  confirm: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/engagement/invitations/:invitationId/confirm',
    tag,
    summary: 'Confirm the firm with the check code it reads out; opens the Kanzleiverbindung',
    access: { who: 'mandant', right: 'members' },
    fresh: true,
    history: ['engagement.opened'],
    params: object({ mandantId: id, invitationId: id }),
    body: object({ checkCode: T.String({ minLength: 4, maxLength: 20 }) }),
    status: 204,
    errors: ['check_code_wrong', 'check_code_spent', 'link_expired', 'engagement_exists', 'number_taken'],
  }),
};
