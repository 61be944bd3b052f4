/**
 * Where the sandbox knowingly answers other than the interface descriptions say, each with the reason. The contract check
 * accepts exactly these and nothing else.
 */

/** Statuses that the description of an operation does not list. */
export const EXTRA_STATUSES: readonly { operation: RegExp; status: number; reason: string }[] = [
  {
    operation: /^documents\./,
    status: 401,
    reason:
      'The gateway answers 401 for every interface (missing X-DATEV-Client-Id, dead token); only the list describes it.',
  },
  {
    operation: /./,
    status: 405,
    reason: 'The gateway refuses wrong methods; accounting:documents does not describe it.',
  },
  { operation: /./, status: 429, reason: 'No limit is published; clients in production meet it and read Retry-After.' },
  { operation: /./, status: 500, reason: 'A fault may give any status.' },
  { operation: /./, status: 502, reason: 'A fault may give any status.' },
];

/** Bodies of the gateway, which stands before the described interfaces and is not part of their descriptions. */
export const GATEWAY_STATUSES: readonly number[] = [401, 404, 405, 429, 502, 504];

/** Properties that DATEV leaves out when they have no value ("absent values are left out"). At least one answer must have them. */
export const OPTIONAL_PATHS: readonly { path: string; reason: string }[] = [
  { path: 'document_type', reason: 'Left out when none was sent.' },
  { path: 'note', reason: 'Left out when none was sent.' },
  { path: '[].debit_credit_identifier', reason: 'Other documents have no side.' },
  {
    path: 'basic_accounting_information[].datev_chart_of_accounts',
    reason: 'Deprecated and in none of the examples; never sent.',
  },
];

/** Properties of a success answer that the sandbox never sends. */
export const NEVER_SENT: readonly string[] = ['basic_accounting_information[].datev_chart_of_accounts'];

/** What the schema calls integer, boolean or date comes as text in DATEV's own examples, so both are accepted. */
export const LOOSE_TYPES =
  'Numbers and booleans may be strings, dates may be timestamps: so do the examples of the same descriptions (switch `typing`).';

/** Error codes that an operation's description does not list. */
export const EXTRA_CODES: readonly { operation: string; code: string; reason: string }[] = [
  {
    operation: 'documents.put',
    code: 'DCO01216',
    reason: 'Size limit of the new Belege online: described for POST and stapled, surely meant for PUT as well.',
  },
];
