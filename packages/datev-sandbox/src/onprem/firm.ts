import { type Found, list, listOf, type Options, oneOf } from './answer.ts';
import type { Books } from './books/types.ts';
import type { Filterable } from './query.ts';
import type { Wire } from './wire.ts';

/** A call of an interface that knows the firm as a whole. */
export type FirmCall = {
  readonly books: readonly Books[];
  /** The technical Windows user. */
  readonly user: string;
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
};
export type FirmRead = Options & { readonly read: (call: FirmCall) => Found };
export type FirmReads = Readonly<Record<string, FirmRead>>;

/** `diagnostics/v1` (onprem.md A.6). */
export const diagnostics = (domains: ReadonlyMap<string, string>): FirmReads => ({
  // An object live, a string by the description.
  echo: { read: () => ({ one: { echo_message: 'echo', id: '1' } }) },
  domains: { read: () => listOf([...domains].map(([Key, Value]) => ({ Key, Value }))) },
});

const userId = '8f1c6d0e-5b7a-4c39-9d4e-0c6a3f2b1d77';
const datevUser = 'urn:ietf:params:scim:schemas:extension:datev:2.0:user';

const me = (user: string): Wire => ({
  id: userId,
  meta: { resource_type: 'user', location: `/iam/v1/Users/${userId}` },
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', datevUser],
  name: { given_name: 'Konnektor', family_name: 'Kanzlei' },
  display_name: user.split('\\').at(-1),
  active: true,
  entitlements: [],
  [datevUser]: { initials: 'ko', linked_windows_identity: { value: 'S-1-5-21-1004336348-1177238915-682003330-1112' } },
});

/** `iam/v1`, as far as users go. */
export const iam: FirmReads = {
  'Users/me': { read: ({ user }) => ({ one: me(user) }) },
  'Users/*': { read: ({ user, ids: [id] }) => oneOf([me(user)], id) },
  Users: {
    read: ({ user }) => ({
      one: {
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        total_results: 1,
        // In lower case live, in upper case by the description (onprem.md C.4).
        resources: [me(user)],
      },
    }),
  },
};

const numbers = ['eq', 'gt', 'ge', 'lt', 'le'] as const;
const texts = ['eq', 'contains', 'startswith'] as const;
const clientFilter: Filterable = {
  name: texts,
  number: numbers,
  status: ['eq'],
  timestamp: numbers,
  type: ['eq'],
  natural_person_id: ['eq'],
  legal_person_id: ['eq'],
  organization_id: ['eq'],
  organization_name: texts,
  organization_number: numbers,
  establishment_id: ['eq'],
  establishment_name: texts,
  establishment_number: numbers,
  establishment_short_name: texts,
  functional_area_id: ['eq'],
  functional_area_name: texts,
  functional_area_short_name: texts,
};

function masterClientOf({ guid, name, number }: Books): Wire {
  return {
    id: guid,
    client_since: '2019-01-01T00:00:00.000',
    name,
    number: Number(number),
    legal_person_id: `${guid.slice(0, 24)}${number.padStart(12, '0')}`,
    status: 'active',
    timestamp: '2024-01-15T09:30:00.000',
    type: 'legal_person',
    organization_id: '3d0a51f2-6a1e-4f38-8f6e-51a7c9d20b14',
    organization_name: 'Kanzlei',
    organization_number: 1,
    establishment_id: '3d0a51f2-6a1e-4f38-8f6e-51a7c9d20b15',
    establishment_name: 'Kanzlei - Hauptsitz',
    establishment_number: 1,
    establishment_short_name: 'Hauptsitz',
    functional_area_id: '3d0a51f2-6a1e-4f38-8f6e-51a7c9d20b16',
    functional_area_name: 'Gesamtunternehmen',
    functional_area_short_name: '999',
  };
}

/** `master-data/v1`, as far as clients go. It declares no paging. */
export const masterData: FirmReads = {
  'clients/deletion-log': { filter: { id: ['eq'], timestamp: numbers }, read: () => listOf([]) },
  'clients/next-free-number': {
    read({ books, query }) {
      const [start, range] = [query.get('start'), query.get('range') ?? '999999999'];
      if (start === null || !/^\d{1,9}$/.test(start) || !/^\d{1,9}$/.test(range)) return 'badRequest';
      const taken = new Set(books.map(({ number }) => Number(number)));
      let free = Math.max(1, Number(start));
      while (taken.has(free)) free += 1;
      return free > Number(start) + Number(range) ? 'badRequest' : { one: { id: free, number: free } };
    },
  },
  'clients/*': {
    read({ books, ids: [id = ''] }) {
      const found = books.find(({ guid }) => guid.toLowerCase() === id.toLowerCase());
      return found ? { one: masterClientOf(found) } : 'notFound';
    },
  },
  clients: { filter: clientFilter, read: ({ books }) => list({ rows: books, write: masterClientOf }) },
};
