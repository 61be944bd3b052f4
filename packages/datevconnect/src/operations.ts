/**
 * Every call this client can make: a name and a path below `<origin>/datev/api`. All are GET. The table is the allow-list:
 * nothing else in this package can build an address, so a call that is not here cannot be made (onprem.md B.1, A.6).
 */
export const operations = {
  echo: '/diagnostics/v1/echo',
  domains: '/diagnostics/v1/domains',
  currentUser: '/iam/v1/Users/me',
  clients: '/accounting/v1/clients',
  client: '/accounting/v1/clients/{clientId}',
  fiscalYears: '/accounting/v1/clients/{clientId}/fiscal-years',
  statistics: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounting-statistics',
  sumsAndBalances: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounting-sums-and-balances',
  accountPostings: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/account-postings',
  sequences: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounting-sequences-processed',
  records:
    '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounting-sequences-processed/{sequenceId}/accounting-records',
  receivables: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounts-receivable',
  payables: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/accounts-payable',
  debitors: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/debitors',
  creditors: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/creditors',
  termsOfPayment: '/accounting/v1/clients/{clientId}/fiscal-years/{fiscalYearId}/terms-of-payment',
  dmsInfo: '/dms/v2/info',
} as const;

export type Operation = keyof typeof operations;

type Names<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/** The parameters in an operation's path, by name. */
export type PathParams<O extends Operation> = Readonly<Record<Names<(typeof operations)[O]>, string>>;

/** Query options, which carry no `$` in DATEVconnect: one with it is silently ignored (onprem.md A.3). */
export interface QueryOptions {
  readonly filter?: string;
  readonly select?: string;
  readonly expand?: 'all';
  /** Elements, 1 or more. */
  readonly top?: number;
  /** Elements to leave out at the front. */
  readonly skip?: number;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const forms: Readonly<Record<string, (value: string) => boolean>> = {
  clientId: (value) => guid.test(value),
  fiscalYearId: (value) => /^\d{8}$/.test(value),
  // DATEV's technical ids have no documented form. A dot alone would climb in the path.
  sequenceId: (value) => value.length <= 200 && !/^\.{0,2}$/.test(value) && !/\p{Cc}/u.test(value),
};

/**
 * The path and query of a call, from `/datev/api` on.
 *
 * @throws TypeError when a parameter is missing or has not its form (GUID, `YYYYMMDD`)
 */
export function pathOf<O extends Operation>(operation: O, params: PathParams<O>, query: QueryOptions = {}): string {
  // Names are checked by the type; here they come back out of the template's text.
  const given: Readonly<Record<string, string>> = params;
  const path = operations[operation].replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = given[name];
    if (value === undefined || forms[name]?.(value) !== true)
      throw new TypeError(`${operation}: ${name} has a wrong form`);
    return encodeURIComponent(value);
  });
  const options = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    // %20 and not "+": what DATEVconnect makes of a plus is not documented.
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `/datev/api${path}${options.length === 0 ? '' : `?${options.join('&')}`}`;
}
