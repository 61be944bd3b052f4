import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { openInvitation } from './firms.ts';
import { historyKind, historyPage } from './history.ts';
import {
  assignmentFunction,
  connectionState,
  cursor,
  email,
  figuresConnection,
  id,
  mandantNumber,
  mandantParams,
  memberRole,
  nullable,
  object,
  oneOf,
  orgName,
  right,
  settled,
  time,
  voucherStatus,
  words,
} from './parts.ts';

const tag = 'Mandanten';
const read = { who: 'mandant', right: 'read' } as const;
const master = { who: 'mandant', right: 'master' } as const;
const members = { who: 'mandant', right: 'members' } as const;

export const mandant = object({
  id,
  name: T.String(),
  /** Open Kanzleiverbindung, if there is one. */
  engagement: nullable(
    object({ firmId: id, firmName: T.String(), consultantNumber: T.Integer(), mandantNumber, since: time }),
  ),
  /** Set when only one Kanzlei-Admin may see this Mandant. */
  restrictedTo: nullable(object({ userId: id, name: T.String() })),
  /** What the person asking may do here. */
  rights: T.Array(right),
  /** From which side the person sees it. */
  via: T.Array(oneOf(['firm', 'mandant'])),
  hasOwnAdmin: T.Boolean(),
});

export const memberPerson = object({
  userId: id,
  name: T.String(),
  email: T.String(),
  role: memberRole,
  rights: T.Array(oneOf(['read', 'handIn', 'edit'])),
  since: time,
});
export const assignment = object({ userId: id, name: T.String(), function: assignmentFunction });
const memberParams = object({ mandantId: id, userId: id });
const memberRights = T.Array(oneOf(['read', 'handIn', 'edit']), { uniqueItems: true });

export const mandanten = {
  list: endpoint({
    method: 'GET',
    path: '/mandanten',
    tag,
    summary: 'Mandanten the person can see, by name',
    access: { who: 'signedIn' },
    apiKey: true,
    history: { none: 'reads' },
    query: object({
      text: T.Optional(words(100)),
      cursor: T.Optional(cursor),
      limit: T.Optional(T.Integer({ minimum: 1, maximum: 500 })),
    }),
    answer: object({
      mandanten: T.Array(
        object({ id, name: T.String(), mandantNumber: nullable(T.Integer()), rights: T.Array(right) }),
      ),
      next: nullable(cursor),
    }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId',
    tag,
    summary: 'One Mandant',
    access: read,
    apiKey: true,
    history: { none: 'reads' },
    params: mandantParams,
    answer: mandant,
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/mandanten/:mandantId',
    tag,
    summary: 'Change Mandantenstammdaten',
    access: master,
    history: ['mandant.changed'],
    params: mandantParams,
    body: object({ name: T.Optional(orgName), mandantNumber: T.Optional(mandantNumber) }),
    answer: mandant,
    errors: ['number_taken', 'no_engagement'],
  }),
  overview: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/overview',
    tag,
    summary: 'What is missing and what arrived',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({
      connectionState,
      /** Null where figures were never set up. */
      figures: nullable(figuresConnection),
      counts: T.Array(object({ status: voucherStatus, count: T.Integer() })),
      /** Per month of hand-in, the last twelve, oldest first. */
      months: T.Array(object({ month: T.String(), handedIn: T.Integer(), delivered: T.Integer() })),
      recent: T.Array(object({ id, name: T.String(), status: voucherStatus, settled, receivedAt: time })),
    }),
  }),
  restrict: endpoint({
    method: 'PUT',
    path: '/mandanten/:mandantId/restriction',
    tag,
    summary: 'Restrict the firm’s access to one named Kanzlei-Admin, or lift it (null)',
    access: master,
    fresh: true,
    history: ['mandant.restricted', 'mandant.restrictionLifted', 'invitation.revoked'],
    params: mandantParams,
    body: object({ userId: nullable(id) }),
    status: 204,
    errors: ['invalid_input'],
  }),
  listAssignments: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/assignments',
    tag: 'Betreuungszuordnung',
    summary: 'Who of the firm looks after the Mandant, and who could',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({
      assignments: T.Array(assignment),
      candidates: T.Array(object({ userId: id, name: T.String(), role: oneOf(['admin', 'user']) })),
    }),
  }),
  setAssignments: endpoint({
    method: 'PUT',
    path: '/mandanten/:mandantId/assignments',
    tag: 'Betreuungszuordnung',
    summary: 'Set who of the firm looks after the Mandant (firm side)',
    access: master,
    history: ['assignment.changed'],
    params: mandantParams,
    body: object({ assignments: T.Array(object({ userId: id, function: assignmentFunction }), { maxItems: 200 }) }),
    status: 204,
    errors: ['no_engagement'],
  }),
  listMembers: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/members',
    tag: 'Nutzer',
    summary: 'Own people of the Mandant and open invitations',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({ people: T.Array(memberPerson), invitations: T.Array(openInvitation), mayInvite: T.Boolean() }),
  }),
  /** Also open to a Kanzlei-Admin while the Mandant has no admin of its own, for the role admin only: nobody may be locked out by a cut. */
  inviteMember: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/members/invitations',
    tag: 'Nutzer',
    summary: 'Invite a person of the Mandant by mail',
    access: read,
    fresh: true,
    history: ['member.invited'],
    params: mandantParams,
    body: object({ email, role: memberRole, rights: memberRights }),
    status: 201,
    answer: openInvitation,
    errors: ['already_member', 'right_missing'],
  }),
  revokeMemberInvitation: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/members/invitations/:invitationId',
    tag: 'Nutzer',
    summary: 'Withdraw an open invitation',
    access: members,
    history: ['invitation.revoked'],
    params: object({ mandantId: id, invitationId: id }),
    status: 204,
  }),
  changeMember: endpoint({
    method: 'PATCH',
    path: '/mandanten/:mandantId/members/:userId',
    tag: 'Nutzer',
    summary: 'Change role and rights of a person of the Mandant',
    access: members,
    fresh: true,
    history: ['member.changed', 'invitation.revoked'],
    params: memberParams,
    body: object({ role: T.Optional(memberRole), rights: T.Optional(memberRights) }),
    status: 204,
    errors: ['last_admin'],
  }),
  removeMember: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/members/:userId',
    tag: 'Nutzer',
    summary: 'Remove a person of the Mandant',
    access: members,
    fresh: true,
    history: ['member.removed', 'invitation.revoked'],
    params: memberParams,
    status: 204,
    errors: ['last_admin'],
  }),
  history: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/history',
    tag: 'Protokoll',
    summary: 'Protokoll of the Mandant, newest first',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    query: object({ cursor: T.Optional(cursor), kind: T.Optional(historyKind) }),
    answer: historyPage,
  }),
};
