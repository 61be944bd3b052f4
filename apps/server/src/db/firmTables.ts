import type { AssignmentFunction, FirmRole, MemberRole, Right } from '@bruecke/model';
import type { Defaulted } from './columns.ts';

// Firms, Mandanten and the link between them (migrations 0003 and 0034).

export type FirmsTable = { id: string; name: string; consultant_number: number; created_at: Date };
export type FirmStaffTable = {
  firm_id: string;
  user_id: string;
  role: FirmRole;
  may_manage_connections: Defaulted<boolean>;
  since: Date;
};
export type MandantenTable = { mandant_id: string; name: string; restricted_to: string | null; created_at: Date };
export type EngagementsTable = {
  mandant_id: string;
  id: string;
  firm_id: string;
  mandant_number: number;
  since: Date;
  access_from: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
  ended_side: 'firm' | 'mandant' | null;
  restricted_to: Defaulted<string | null>;
};
export type EngagementInvitationsTable = {
  mandant_id: string;
  id: string;
  email: string;
  token_hash: string;
  access_from: string;
  invited_by: string;
  created_at: Date;
  expires_at: Date;
  firm_id: string | null;
  accepted_by: string | null;
  accepted_at: Date | null;
  mandant_number: number | null;
  check_code_hash: string | null;
  check_code_tries: Defaulted<number>;
  confirmed_at: Date | null;
  withdrawn_at: Date | null;
};
export type AssignmentsTable = {
  mandant_id: string;
  user_id: string;
  function: AssignmentFunction;
  firm_id: string;
  since: Date;
};
export type MandantMembersTable = {
  mandant_id: string;
  user_id: string;
  role: MemberRole;
  rights: Defaulted<Right[]>;
  since: Date;
};

/** These tables, by name. */
export type FirmTables = {
  firms: FirmsTable;
  firm_staff: FirmStaffTable;
  mandanten: MandantenTable;
  engagements: EngagementsTable;
  engagement_invitations: EngagementInvitationsTable;
  assignments: AssignmentsTable;
  mandant_members: MandantMembersTable;
};
