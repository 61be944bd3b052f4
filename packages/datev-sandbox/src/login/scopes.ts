/** Scope strings exactly as DATEV writes them (cloud.md A.10); three of them carry no `datev:` prefix. */
export const BASE_SCOPES: readonly string[] = [
  'openid',
  'profile',
  'email',
  'account_id',
  'offline_access',
  'accounting:clients:read',
  'accounting:documents',
  'accounting:dxso-jobs',
  'datev:accounting:clients',
  'datev:accounting:extf-files-import',
  'datev:accounting:exchange',
  'datev:accounting:invoices',
];

const CLIENT_SCOPE = /^datev:iam:client:([1-9]\d{3,6}-[1-9]\d{0,4})$/;

/** A data service as the consent page names it, with what it lets the app do. */
export type DataService = { name: string; allows: string };

const DATA_SERVICES: readonly { scopes: readonly string[]; service: DataService }[] = [
  {
    scopes: ['accounting:documents', 'accounting:clients:read'],
    service: {
      name: 'Belegbilderservice Rechnungswesen',
      allows: 'Ihre Mandanten und deren Belegtypen lesen und Belege an Belege online übertragen',
    },
  },
  {
    scopes: ['datev:accounting:extf-files-import'],
    service: { name: 'Buchungsdatenservice', allows: 'Buchungsstapel an das DATEV-Rechenzentrum übertragen' },
  },
  {
    scopes: ['accounting:dxso-jobs'],
    service: { name: 'Rechnungsdatenservice 1.0', allows: 'Rechnungs- und Kassendaten an DATEV übertragen' },
  },
  {
    scopes: ['datev:accounting:invoices'],
    service: { name: 'Rechnungsdatenservice 2.0', allows: 'strukturierte Rechnungen an DATEV übertragen' },
  },
  {
    scopes: ['datev:accounting:exchange'],
    service: { name: 'Datenservice Export Rechnungswesen', allows: 'Buchungen, Salden und Konten lesen' },
  },
  {
    scopes: ['datev:accounting:clients'],
    service: { name: 'Mandantenliste', allows: 'Ihre Mandanten und die dort bestellten Datenservices lesen' },
  },
  {
    scopes: ['profile', 'email', 'account_id'],
    service: { name: 'Login mit DATEV', allows: 'Ihren Namen und Ihr DATEV-Konto erkennen' },
  },
];

/** The data services that a set of scopes asks for, in a fixed order. */
export function dataServicesOf(scopes: readonly string[]): DataService[] {
  return DATA_SERVICES.filter((entry) => entry.scopes.some((scope) => scopes.includes(scope))).map(
    (entry) => entry.service,
  );
}

/** The client ids named by `datev:iam:client:…` scopes. */
export function clientScopes(scopes: readonly string[]): string[] {
  return scopes.flatMap((scope) => CLIENT_SCOPE.exec(scope)?.[1] ?? []);
}

/** Known to the sandbox: one of the fixed scopes or a well-formed client scope. */
export function isKnownScope(scope: string): boolean {
  return BASE_SCOPES.includes(scope) || CLIENT_SCOPE.test(scope);
}

export function isClientScope(scope: string): boolean {
  return scope.startsWith('datev:iam:client:');
}
