export {
  endFirstInvitations,
  endInvitationsOfFirmSide,
  endInvitationsOfMember,
  endInvitationsOfOthers,
  endInvitationsOfStaff,
} from './endInvitations.ts';
export { listInvitations } from './listInvitations.ts';
export { type OpenInvitation, openInvitation } from './openInvitation.ts';
export { revokeInvitation } from './revokeInvitation.ts';
