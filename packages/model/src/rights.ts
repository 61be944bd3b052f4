/** What a person may do for one Mandant. Rights are per Mandant, never global. */
export const rights = [
  /** See vouchers, figures, history and connections. */
  'read',
  /** Hand in vouchers. */
  'handIn',
  /** Change voucher fields, resend, decide a Rückfrage. */
  'edit',
  /** Set up, switch and test connections. */
  'connections',
  /** Mandantenstammdaten, Betreuungszuordnung. */
  'master',
  /** Users of the Mandant. */
  'members',
  /** Kanzleiverbindung trennen and Kanzlei einladen. */
  'cut',
] as const;
export type Right = (typeof rights)[number];

export const firmRoles = ['admin', 'user'] as const;
/** Kanzlei-Admin or Kanzleinutzer. */
export type FirmRole = (typeof firmRoles)[number];

export const memberRoles = ['admin', 'user'] as const;
/** Mandanten-Admin or Nutzer. */
export type MemberRole = (typeof memberRoles)[number];

/** Rights a Nutzer of a Mandant can be given one by one. */
export const grantableMemberRights = ['read', 'handIn', 'edit'] as const satisfies readonly Right[];
export type GrantableMemberRight = (typeof grantableMemberRights)[number];

/** Rights of a firm's person for a Mandant it can see (PRODUCT, "Who may do what"). */
export function firmRights(role: FirmRole, mayManageConnections: boolean): Right[] {
  if (role === 'admin') return ['read', 'handIn', 'edit', 'connections', 'master', 'cut'];
  return mayManageConnections ? ['read', 'handIn', 'edit', 'connections'] : ['read', 'handIn', 'edit'];
}

/** Rights of a Mandant's own person. */
export function memberRights(role: MemberRole, given: readonly Right[]): Right[] {
  if (role === 'admin') return [...rights];
  return grantableMemberRights.filter((right) => given.includes(right));
}

/** An API key never has more than its person has at the moment of use. */
export function cutRights(own: readonly Right[], key: readonly Right[]): Right[] {
  return own.filter((right) => key.includes(right));
}

/** In which function a firm's person looks after a Mandant (Betreuungszuordnung). */
export const assignmentFunctions = ['accounting', 'payroll', 'annualAccounts', 'lead'] as const;
export type AssignmentFunction = (typeof assignmentFunctions)[number];
