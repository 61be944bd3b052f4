/**
 * Where the sandbox of the firm's server knowingly answers other than the interface descriptions say, each with the reason. The contract
 * check accepts exactly these and nothing else.
 */

/** Findings of the check that are meant, by a part of their text. */
export const ONPREM_FINDINGS: readonly { read: RegExp; finding: RegExp; reason: string }[] = [
  {
    read: /^\/accounting\/v1\/clients(\/\{client-id\})?$/,
    finding: /number must be string/,
    reason: 'An integer in a capture of live answers.',
  },
  {
    read: /accounts-receivable/,
    finding: /"additionalProperty":"balancing_type"/,
    reason:
      'Live answers have the same shape for both ledgers; only the description calls it `balance_type` for receivables.',
  },
  {
    read: /^\/diagnostics\/v1\/echo$/,
    finding: /must be string/,
    reason: 'An object with `echo_message` in live answers.',
  },
  {
    read: /^\/iam\/v1\/Users$/,
    finding: /"additionalProperty":"resources"/,
    reason: 'In lower case in a live run, `Resources` by the description.',
  },
  {
    read: /^\/accounting\/v1\/clients$/,
    finding: /"additionalProperty":"(error|error_description|error_uri|request_id|additional_messages)"/,
    reason: 'REW11041 stands as one more element in the list, as the description shows it.',
  },
];

/** Statuses that an operation's description does not list. */
export const ONPREM_STATUSES: readonly { status: number; reason: string }[] = [
  { status: 403, reason: 'Right on the data missing (DCO10400) or prohibited before DATEV saw the call: seen live.' },
  { status: 404, reason: 'Unknown paths and ids; not every operation lists it.' },
  { status: 406, reason: 'The format asked for cannot be given: seen live.' },
  { status: 503, reason: 'The program or its dongle is gone: seen through proxies.' },
];

/** Described statuses that no read can be brought to give. */
export const ONPREM_NEVER: readonly { status: number; only: RegExp; reason: string }[] = [
  {
    status: 400,
    only: /./,
    reason: 'Reads without `filter`, `top`, `skip` and `start-at` have nothing that could be wrong.',
  },
  { status: 404, only: /^\/(dms|iam|master-data)\//, reason: 'Fixed paths without an id are always there.' },
  { status: 401, only: /./, reason: 'Given by the server in front, shown in the transport’s own test.' },
  { status: 403, only: /./, reason: 'Given by controls; tried for one read, as it is the same for all.' },
];
