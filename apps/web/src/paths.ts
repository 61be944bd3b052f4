/**
 * Every address of the interface. One-time tokens stand behind the # so that they reach no server log
 * and no referrer.
 */
export const paths = {
  signIn: '/anmelden',
  newPassword: '/passwort',
  invitation: '/einladung',
  setUp: '/einrichten',
  firmInvitation: '/kanzlei-einladung',
  overview: '/',
  mandantOverview: '/mandanten/$mandantId',
  vouchersEntry: '/belege',
  vouchers: '/mandanten/$mandantId/belege',
  figures: '/mandanten/$mandantId/auswertungen',
  firm: '/optionen/kanzlei',
  connectors: '/optionen/kanzlei/konnektoren',
  firmHistory: '/optionen/kanzlei/protokoll',
  mandanten: '/optionen/mandanten',
  mandantEdit: '/optionen/mandanten/$mandantId',
  assignments: '/optionen/mandanten/$mandantId/betreuung',
  connections: '/optionen/mandanten/$mandantId/verbindungen',
  datevSignIn: '/optionen/mandanten/$mandantId/verbindungen/datev/$flowId',
  cut: '/optionen/mandanten/$mandantId/verbindungen/trennen',
  members: '/optionen/mandanten/$mandantId/nutzer',
  history: '/optionen/mandanten/$mandantId/protokoll',
  profile: '/profil',
  operator: '/betrieb',
} as const;

/** A path with its parameters filled in. */
export function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\$(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Only addresses of our own pages may be returned to after sign-in; "//evil" and "https:" may not. */
export function safeReturn(address: unknown): string {
  return typeof address === 'string' && /^\/(?![/\\])/.test(address) ? address : paths.overview;
}
