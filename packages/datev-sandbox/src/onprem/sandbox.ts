import type { Books, BooksOptions } from './books/types.ts';
import { type BookControl, bookControl } from './control.ts';
import { clientList, type Found, inYear } from './resources.ts';
import { makeBooks } from './story/makeBooks.ts';
import { clientOf, fiscalYearOf, yearId } from './wire.ts';

export type OnPremRequest = { method: string; url: URL; header(name: string): string | undefined };
/** `body` comes in pieces where it is a list; it can be large. */
export type OnPremAnswer = { status: number; headers: Record<string, string>; body: Iterable<string> };

/** What is wrong on the firm's server. */
export type OnPremState = {
  /** The DATEV program is closed: the port refuses connections. Seen by `listen` alone. */
  closed: boolean;
  /** The licence dongle is gone: 503 to everything. */
  dongle: boolean;
  /** The licence "DATEVconnect Kontobuchungen". */
  postingLicence: boolean;
  /** The licence "DATEVconnect DMS". */
  dmsLicence: boolean;
  /** A data path was not migrated: lists of clients say REW11041 and leave the last one out. */
  stalePath: boolean;
  /** GUIDs for which the user lacks the right on the stock. */
  refused: Set<string>;
  /** Before each answer. */
  delayMilliseconds: number;
};

export type OnPremControl = BookControl & {
  readonly state: OnPremState;
  books(): readonly Books[];
  /** Calls so far by operation (`accounting/account-postings` …), without those that were refused. */
  callCounts(): Record<string, number>;
  /** Most calls at the same time. */
  mostAtOnce(): number;
};

export type OnPremSandboxOptions = {
  books: readonly BooksOptions[];
  /** The technical Windows user. */
  user: string;
  password: string;
  wait?: (milliseconds: number) => Promise<void>;
};

export type OnPremSandbox = {
  readonly user: string;
  readonly password: string;
  /** Answers a request whose user is known already. */
  answer(request: OnPremRequest): Promise<OnPremAnswer>;
  readonly control: OnPremControl;
};

/** DATEVconnect on a firm's server as a function of requests. Books are made from their seeds; state is in memory. */
export function createOnPremSandbox(options: OnPremSandboxOptions): OnPremSandbox {
  const books = options.books.map(makeBooks);
  const state: OnPremState = {
    closed: false,
    dongle: false,
    postingLicence: true,
    dmsLicence: true,
    stalePath: false,
    refused: new Set(),
    delayMilliseconds: 0,
  };
  const counts: Record<string, number> = {};
  let now = 0;
  let most = 0;
  const wait = options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)));
  return {
    user: options.user,
    password: options.password,
    async answer(request) {
      now += 1;
      most = Math.max(most, now);
      try {
        if (state.delayMilliseconds > 0) await wait(state.delayMilliseconds);
        return route(request, books, state, counts);
      } finally {
        now -= 1;
      }
    },
    control: {
      ...bookControl(books),
      state,
      books: () => books,
      callCounts: () => ({ ...counts }),
      mostAtOnce: () => most,
    },
  };
}

function route(
  request: OnPremRequest,
  books: readonly Books[],
  state: OnPremState,
  counts: Record<string, number>,
): OnPremAnswer {
  if (state.dongle) return failed(503, 'DCO00503', 'Der Dienst ist zurzeit nicht verfügbar.');
  if (request.method !== 'GET') return failed(405, 'DCO10405', 'Die Sandbox nimmt nur Leseaufrufe an.');
  const accept = request.header('accept') ?? '';
  if (!/json|octet-stream|\*\/\*/.test(accept)) {
    // What a caller without Accept gets differs by system: XML on one, 406 on another (onprem.md A.2).
    return accept === ''
      ? { status: 200, headers: { 'content-type': 'application/xml' }, body: ['<ArrayOfanyType/>'] }
      : failed(406, 'DCO10406', 'Das angeforderte Format wird nicht unterstützt.');
  }
  const path = request.url.pathname
    .replace(/^\/datev\/api\/?/, '')
    .split('/')
    .map(decodeURIComponent);
  const [domain = '', version = '', ...rest] = path;
  const label = `${domain}/${rest.at(rest[0] === 'clients' && rest[2] === 'fiscal-years' ? 4 : -1) ?? rest[0] ?? ''}`;
  counts[label] = (counts[label] ?? 0) + 1;
  return inDomain(`${domain}/${version}`, rest, request.url.searchParams, books, state);
}

function inDomain(
  domain: string,
  path: readonly string[],
  query: URLSearchParams,
  books: readonly Books[],
  state: OnPremState,
): OnPremAnswer {
  const [first, second] = path;
  if (domain === 'diagnostics/v1' && first === 'echo') return answered({ one: { echo_message: 'echo', id: '1' } });
  if (domain === 'diagnostics/v1' && first === 'domains')
    return answered({ list: [...domains].map(([Key, Value]) => ({ Key, Value })) });
  if (domain === 'iam/v1' && first === 'Users' && second === 'me')
    return answered({ one: { id: 'U-1', display_name: 'Brücke Konnektor', active: true } });
  if (domain === 'dms/v2' && first === 'info')
    return state.dmsLicence
      ? answered({ one: { environment: 'standard', feature: 'DokAb', is_client_installed: true } })
      : licenceMissing('DATEVconnect DMS');
  if (domain === 'master-data/v1' && first === 'clients') return answered(clientList(books, query));
  if (domain === 'accounting/v1' && first === 'clients') return inAccounting(path.slice(1), query, books, state);
  if (![...domains].some(([name, version]) => `${name}/${version}` === domain))
    return failed(404, 'DCO10404', `Die Domäne ${domain} ist in keinem Plug-in geladen.`);
  return failed(404, 'DCO10404', 'Die Ressource wurde nicht gefunden.');
}

const domains = new Map([
  ['accounting', 'v1'],
  ['master-data', 'v1'],
  ['dms', 'v2'],
  ['iam', 'v1'],
  ['diagnostics', 'v1'],
]);

function inAccounting(
  path: readonly string[],
  query: URLSearchParams,
  books: readonly Books[],
  state: OnPremState,
): OnPremAnswer {
  const [guid, years, yearName, ...rest] = path;
  if (guid === undefined) {
    // Clients without a right are left out, nobody is told (onprem.md E.5).
    const seen = books.filter((one) => !state.refused.has(one.guid)).slice(0, state.stalePath ? -1 : undefined);
    return state.stalePath ? partial(seen.map(clientOf)) : answered(clientList(seen, query));
  }
  const client = books.find((one) => one.guid.toLowerCase() === guid.toLowerCase());
  if (!client) return failed(404, 'DCO10404', 'Der Mandant wurde nicht gefunden.');
  if (state.refused.has(client.guid))
    return failed(403, 'DCO10400', 'Es fehlt das Bestandsrecht für diesen Mandanten.');
  if (years === undefined) return answered({ one: clientOf(client) });
  if (years !== 'fiscal-years') return failed(404, 'DCO10404', 'Die Ressource wurde nicht gefunden.');
  if (yearName === undefined) return answered({ list: client.years.map((year) => fiscalYearOf(client, year)) });
  const year = client.years.find((one) => yearId(one) === yearName);
  if (!year) return failed(404, 'DCO10404', 'Das Wirtschaftsjahr wurde nicht gefunden.');
  if (rest[0] === 'account-postings' && !state.postingLicence) return licenceMissing('DATEVconnect Kontobuchungen');
  return answered(inYear(client, year, rest, query));
}

const json = { 'content-type': 'application/json; charset=utf-8' };

function answered(found: Found): OnPremAnswer {
  if (found === 'notFound') return failed(404, 'DCO10404', 'Die Ressource wurde nicht gefunden.');
  if (found === 'badFilter') return failed(400, 'DCO10007', 'Der Filter ist für diese Ressource nicht zulässig.');
  if ('one' in found) return { status: 200, headers: json, body: [JSON.stringify(found.one)] };
  return { status: 200, headers: json, body: written(found.list) };
}

/** An array in pieces of some thousand elements. */
function* written(list: Iterable<unknown>): Generator<string> {
  let text = '[';
  let separator = '';
  for (const element of list) {
    text += separator + JSON.stringify(element);
    separator = ',';
    if (text.length < 256_000) continue;
    yield text;
    text = '';
  }
  yield `${text}]`;
}

/** The list, and behind it the message that it is partial (onprem.md A.2). */
function partial(list: readonly unknown[]): OnPremAnswer {
  const boundary = 'sandbox-part';
  const message = {
    additional_messages: [
      { id: 'REW11041', description: 'Ein Datenpfad ist nicht auf dem aktuellen Stand.', severity: 'Information' },
    ],
  };
  const parts = [list, message].map(
    (part) => `--${boundary}\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(part)}\r\n`,
  );
  return {
    status: 200,
    headers: { 'content-type': `multipart/mixed; boundary=${boundary}` },
    body: [...parts, `--${boundary}--\r\n`],
  };
}

/** An error envelope inside 200, as licence problems were seen (onprem.md A.4). */
function licenceMissing(licence: string): OnPremAnswer {
  return failed(200, 'K0001928', `Für diese Funktion fehlt die Lizenz ${licence}.`);
}

function failed(status: number, error: string, description: string): OnPremAnswer {
  const body = { error, error_description: description, request_id: '0', additional_messages: [] };
  return { status, headers: json, body: [JSON.stringify(body)] };
}
