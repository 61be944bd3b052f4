import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { historyKind, historyPage } from './history.ts';
import {
  connectionState,
  consultantNumber,
  cursor,
  email,
  figuresConnection,
  firmParams,
  firmRole,
  id,
  mandantNumber,
  memberRole,
  nullable,
  object,
  oneOf,
  orgName,
  time,
  words,
} from './parts.ts';

const tag = 'Kanzlei';
const staff = { who: 'firm', role: 'staff' } as const;
const admin = { who: 'firm', role: 'admin' } as const;

export const firm = object({ id, name: T.String(), consultantNumber });
export const staffPerson = object({
  userId: id,
  name: T.String(),
  email: T.String(),
  role: firmRole,
  mayManageConnections: T.Boolean(),
  since: time,
  assignedMandanten: T.Integer(),
});
/** An invitation that nobody has accepted yet. The link itself is never shown again. */
export const openInvitation = object({
  id,
  email: T.String(),
  role: T.Union([firmRole, memberRole]),
  invitedAt: time,
  expiresAt: time,
});

/** A row of Mandantenstammdaten: one Mandant, how its connection is, and how its figures come. */
export const mandantRow = object({
  id,
  name: T.String(),
  mandantNumber,
  restricted: T.Boolean(),
  connectionState,
  /** Null where figures were never set up. */
  figures: nullable(figuresConnection),
  waiting: T.Integer(),
  questions: T.Integer(),
  errors: T.Integer(),
  lastHandedInAt: nullable(time),
  assignedTo: T.Array(object({ userId: id, name: T.String() })),
});

export const firms = {
  get: endpoint({
    method: 'GET',
    path: '/firms/:firmId',
    tag,
    summary: 'Firm data',
    access: staff,
    history: { none: 'reads' },
    params: firmParams,
    answer: firm,
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/firms/:firmId',
    tag,
    summary: 'Change firm data',
    access: admin,
    history: ['firm.changed'],
    params: firmParams,
    body: object({ name: orgName }),
    answer: firm,
  }),
  listStaff: endpoint({
    method: 'GET',
    path: '/firms/:firmId/staff',
    tag,
    summary: 'People of the firm and open invitations',
    access: staff,
    history: { none: 'reads' },
    params: firmParams,
    answer: object({ people: T.Array(staffPerson), invitations: T.Array(openInvitation) }),
  }),
  inviteStaff: endpoint({
    method: 'POST',
    path: '/firms/:firmId/staff/invitations',
    tag,
    summary: 'Invite a person to the firm by mail',
    access: admin,
    history: ['staff.invited'],
    fresh: true,
    params: firmParams,
    body: object({ email, role: firmRole, mayManageConnections: T.Boolean() }),
    status: 201,
    answer: openInvitation,
    errors: ['already_member'],
  }),
  revokeStaffInvitation: endpoint({
    method: 'DELETE',
    path: '/firms/:firmId/staff/invitations/:invitationId',
    tag,
    summary: 'Withdraw an open invitation',
    access: admin,
    history: ['invitation.revoked'],
    params: object({ firmId: id, invitationId: id }),
    status: 204,
  }),
  changeStaff: endpoint({
    method: 'PATCH',
    path: '/firms/:firmId/staff/:userId',
    tag,
    summary: 'Change role and rights of a person of the firm',
    access: admin,
    history: ['staff.changed', 'invitation.revoked'],
    fresh: true,
    params: object({ firmId: id, userId: id }),
    body: object({ role: T.Optional(firmRole), mayManageConnections: T.Optional(T.Boolean()) }),
    status: 204,
    errors: ['last_admin', 'hand_over_first'],
  }),
  removeStaff: endpoint({
    method: 'DELETE',
    path: '/firms/:firmId/staff/:userId',
    tag,
    summary: 'Remove a person from the firm',
    access: admin,
    history: ['staff.removed', 'assignment.changed', 'invitation.revoked'],
    fresh: true,
    params: object({ firmId: id, userId: id }),
    status: 204,
    errors: ['last_admin', 'hand_over_first'],
  }),
  listMandanten: endpoint({
    method: 'GET',
    path: '/firms/:firmId/mandanten',
    tag,
    summary:
      'Mandanten of the firm that the person may see, each with the state of its connection; those in need first or by number',
    access: staff,
    history: { none: 'reads' },
    params: firmParams,
    query: object({
      text: T.Optional(words(100)),
      order: T.Optional(oneOf(['number', 'name', 'need'])),
      needing: T.Optional(T.Boolean({ description: 'Only those that need someone; `total` counts all the same' })),
      /** Of the order, `up` unless given. */
      direction: T.Optional(oneOf(['up', 'down'])),
      /** Rows to leave out: a long list jumps to any place. */
      offset: T.Optional(T.Integer({ minimum: 0, maximum: 10_000_000 })),
      limit: T.Optional(T.Integer({ minimum: 1, maximum: 1000 })),
    }),
    answer: object({
      rows: T.Array(mandantRow),
      total: T.Integer(),
      figuresSetUp: T.Boolean({
        description: 'Of anybody in sight, on this page or not; without them nobody needs a column',
      }),
    }),
  }),
  createMandant: endpoint({
    method: 'POST',
    path: '/firms/:firmId/mandanten',
    tag,
    summary: 'Create a Mandant with an open Kanzleiverbindung',
    access: admin,
    history: ['mandant.created', 'engagement.opened', 'member.invited'],
    params: firmParams,
    body: object({ name: orgName, mandantNumber, adminEmail: T.Optional(email) }),
    status: 201,
    answer: object({ mandantId: id }),
    errors: ['number_taken'],
  }),
  /** A firm that holds a link from a Mandant's invitation accepts it here. */
  acceptEngagement: endpoint({
    method: 'POST',
    path: '/firms/:firmId/engagement-invitations/accept',
    tag,
    summary: 'Accept a Mandant’s invitation; answers the check code to read out',
    access: admin,
    history: ['engagement.accepted'],
    params: firmParams,
    body: object({ token: T.String({ minLength: 20, maxLength: 200 }), mandantNumber }),
    answer: object({
      checkCode: T.String({ description: '8 characters to be read out to the Mandant; never mailed' }),
      expiresAt: time,
    }),
    errors: ['link_expired', 'number_taken', 'engagement_exists'],
  }),
  history: endpoint({
    method: 'GET',
    path: '/firms/:firmId/history',
    tag,
    summary: 'Protokoll of the firm',
    access: admin,
    history: { none: 'reads' },
    params: firmParams,
    query: object({ cursor: T.Optional(cursor), kind: T.Optional(historyKind) }),
    answer: historyPage,
  }),
};
