import { type Wanted, wantedForm } from './accept.ts';
import {
  clientList,
  clientOf,
  clientOptions,
  fiscalYearList,
  fiscalYearOptions,
  yearId,
} from './accounting/clients.ts';
import { findYearRead } from './accounting/reads.ts';
import { type Found, type Options, writeFound } from './answer.ts';
import type { Books } from './books/types.ts';
import { dms } from './dms.ts';
import { diagnostics, type FirmReads, iam, masterData } from './firm.ts';
import { type Matched, matching } from './match.ts';
import type { OnPremState } from './state.ts';

export type OnPremRequest = { method: string; url: URL; header(name: string): string | undefined };

/** An error envelope, or with status 200 a licence problem, as those were seen (onprem.md A.4). No `error`: no body at all. */
export type Refused = {
  status: number;
  error: string | null;
  description: string;
  /** Interface that refuses; none: what stands before them all. */
  domain?: string;
};
/** JSON text, or a file's, in pieces. */
export type Given = {
  pieces: Iterable<string>;
  form: Wanted;
  /** Name of the resource. */
  resource: string;
  /** Some client is missing because of its data path. */
  partial: boolean;
};

export type Firm = { books: readonly Books[]; user: string; state: OnPremState };

const domains = new Map([
  ['accounting', 'v1'],
  ['master-data', 'v1'],
  ['dms', 'v2'],
  ['iam', 'v1'],
  ['diagnostics', 'v1'],
]);
export const firmReads: Readonly<Record<string, FirmReads>> = {
  diagnostics: diagnostics(domains),
  iam,
  'master-data': masterData,
  dms,
};
const findFirmRead = Object.fromEntries(Object.entries(firmReads).map(([domain, reads]) => [domain, matching(reads)]));

/** Answers a request of a known user. @param counted is told the operation of a call that is answered */
export function route(firm: Firm, request: OnPremRequest, counted: (operation: string) => void): Given | Refused {
  const { state } = firm;
  if (state.prohibited) return { status: 403, error: null, description: '' };
  if (state.dongle) return refuse(503, 'DCO00503', 'Der Dienst ist zurzeit nicht verfügbar.');
  if (request.method !== 'GET') return refuse(405, 'DCO10405', 'Die Sandbox nimmt nur Leseaufrufe an.');
  const wanted = wantedForm(request.header('accept'), state.withoutAccept);
  if (wanted === null) return refuse(406, 'DCO10406', 'Das angeforderte Format wird nicht unterstützt.');
  const path = pathOf(request.url);
  if (path === null) return notFound;
  const [domain = '', version = '', ...rest] = path;
  if (domains.get(domain) !== version)
    return refuse(404, 'DCO10404', `Die Domäne ${domain} ${version} ist in keinem Plug-in geladen.`);
  const found =
    domain === 'accounting' ? inAccounting(firm, rest, request.url, wanted) : inFirm(firm, domain, rest, request.url);
  if ('status' in found) return { ...found, domain };
  const answer = given(found, request.url.searchParams, wanted);
  if ('status' in answer) return { ...answer, domain };
  counted(`${domain}/${found.operation}`);
  return answer;
}

/** Null for what is no path of these interfaces. */
function pathOf({ pathname }: URL): string[] | null {
  const [, base, path] = /^(\/datev\/api)\/(.*?)\/?$/.exec(pathname) ?? [];
  if (base === undefined || path === undefined) return null;
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
}

type Resource = { found: Found; options: Options; operation: string; partial?: boolean };

function given(
  { found, options, operation, partial }: Resource,
  query: URLSearchParams,
  wanted: Wanted,
): Given | Refused {
  if (found === 'notFound') return notFound;
  // A file must be asked for as bytes (onprem.md A.2); bytes of anything else exist for what streams.
  if (options.file && wanted !== 'stream') return badRequest;
  if (wanted === 'stream' && !options.stream && !options.file)
    return refuse(406, 'DCO10406', 'Das angeforderte Format wird nicht unterstützt.');
  const pieces =
    found === 'badRequest' ? null : writeFound(found, options, query, wanted === 'stream' ? 'stream' : 'json');
  return pieces === null ? badRequest : { pieces, form: wanted, resource: operation, partial: partial ?? false };
}

function inFirm({ books, user, state }: Firm, domain: string, path: readonly string[], url: URL): Resource | Refused {
  if (domain === 'dms' && !state.dmsLicence) return licenceMissing('DATEVconnect DMS');
  const matched = findFirmRead[domain]?.(path) ?? null;
  if (matched === null) return notFound;
  const { read, ids } = matched;
  return {
    found: read.read({ books, user, ids, query: url.searchParams }),
    options: read,
    operation: operationOf(matched),
  };
}

/** The last name in a path: of `Users/me` its end, of `clients/*` the list it is from. */
const operationOf = ({ path }: Matched<unknown>) => path.split('/').findLast((segment) => segment !== '*') ?? '';

function inAccounting(firm: Firm, path: readonly string[], url: URL, wanted: Wanted): Resource | Refused {
  const { state } = firm;
  const [clients, guid, years, yearName, ...rest] = path;
  if (clients !== 'clients') return notFound;
  if (guid === undefined) {
    // Clients without a right are left out, nobody is told (onprem.md E.5).
    const seen = firm.books.filter((one) => !state.refused.has(one.guid)).slice(0, state.stalePath ? -1 : undefined);
    return { found: clientList(seen), options: clientOptions, operation: 'clients', partial: state.stalePath };
  }
  const books = firm.books.find((one) => one.guid.toLowerCase() === guid.toLowerCase());
  if (!books) return refuse(404, 'DCO10404', 'Der Mandant wurde nicht gefunden.');
  if (state.refused.has(books.guid)) return refuse(403, 'DCO10400', 'Es fehlt das Bestandsrecht für diesen Mandanten.');
  if (years === undefined) return { found: { one: clientOf(books) }, options: clientOptions, operation: 'client' };
  if (years !== 'fiscal-years') return notFound;
  if (yearName === undefined) return { found: fiscalYearList(books), options: fiscalYearOptions, operation: years };
  const year = books.years.find((one) => yearId(one) === yearName);
  if (!year) return refuse(404, 'DCO10404', 'Das Wirtschaftsjahr wurde nicht gefunden.');
  const matched = findYearRead(rest);
  if (matched === null) return notFound;
  const operation = rest[0] ?? 'fiscal-year';
  if (operation === 'account-postings' && !state.postingLicence)
    // While streaming, errors are not reported (onprem.md B.3).
    return wanted === 'stream'
      ? { found: { pieces: () => ['[]'] }, options: { stream: true }, operation }
      : licenceMissing('DATEVconnect Kontobuchungen');
  const { read, ids } = matched;
  const form = wanted === 'stream' ? 'stream' : 'json';
  return { found: read.read({ books, year, ids, query: url.searchParams, form }), options: read, operation };
}

const refuse = (status: number, error: string, description: string): Refused => ({ status, error, description });
const notFound = refuse(404, 'DCO10404', 'Die Ressource wurde nicht gefunden.');
const badRequest = refuse(400, 'DCO10007', 'Eine Angabe der Anfrage ist für diese Ressource nicht zulässig.');
const licenceMissing = (licence: string) => refuse(200, 'K0001928', `Für diese Funktion fehlt die Lizenz ${licence}.`);
