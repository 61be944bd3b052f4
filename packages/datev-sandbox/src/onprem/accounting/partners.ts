import { list, listOf, oneOf } from '../answer.ts';
import { isCreditor, isDebtor } from '../books/accounts.ts';
import { balanceOf } from '../books/sums.ts';
import type { Books, Partner, Year } from '../books/types.ts';
import type { Filterable } from '../query.ts';
import { postalCodeOf } from '../story/people.ts';
import type { Wire } from '../wire.ts';
import { euros } from './money.ts';
import type { YearReads } from './read.ts';

const filter: Filterable = {
  account_number: ['eq', 'ge', 'le', 'startswith', 'contains'],
  caption: ['eq', 'startswith', 'contains'],
  business_partner_number: ['eq'],
  date_last_modification: ['ge'],
};
/** Without `expand` the live answers have 13 flat fields (onprem.md B.2). */
const expandable = ['accounting_information', 'natural_person', 'legal_person', 'addresses', 'communications', 'banks'];

type Ledger = 'debitors' | 'creditors';

const readsOf = (ledger: Ledger): YearReads => ({
  [ledger]: {
    filter,
    expandable,
    paged: true,
    read: ({ books, year }) => list({ rows: partnersIn(books, ledger), write: (partner) => partnerOf(year, partner) }),
  },
  [`${ledger}/next-available`]: {
    read({ books, query }) {
      const start = query.get('start-at');
      if (start !== null && !/^\d{1,9}$/.test(start)) return 'badRequest';
      const free = nextFree(books, ledger, Number(start ?? 0));
      return free === null ? 'notFound' : { one: { id: String(free), account_number: free } };
    },
  },
  [`${ledger}/*`]: {
    expandable,
    read: ({ books, year, ids: [id] }) => {
      const partner = partnersIn(books, ledger).find(({ account }) => String(account) === id);
      return partner ? { one: partnerOf(year, partner) } : 'notFound';
    },
  },
});

/** Debtors and creditors with their master data, and the addresses behind a collective account. */
export const partnerReads: YearReads = {
  ...readsOf('debitors'),
  ...readsOf('creditors'),
  'various-addresses': {
    expandable: [
      'addresses',
      'banks',
      'communications',
      'correspondence_information',
      'legal_person',
      'natural_person',
    ],
    paged: true,
    read: ({ books }) => listOf(variousAddresses(books)),
  },
  'various-addresses/*': {
    expandable: [
      'addresses',
      'banks',
      'communications',
      'correspondence_information',
      'legal_person',
      'natural_person',
    ],
    // The description lets a single one be paged too.
    paged: true,
    read: ({ books, ids: [id] }) => oneOf(variousAddresses(books), id),
  },
};

const partnersIn = (books: Books, ledger: Ledger) =>
  books.partners.filter(({ account }) => (ledger === 'debitors' ? isDebtor : isCreditor)(account));

function nextFree(books: Books, ledger: Ledger, start: number): number | null {
  const [first, last] = ledger === 'debitors' ? [100_000_000, 699_990_000] : [700_000_000, 999_990_000];
  const taken = new Set(books.partners.map(({ account }) => account));
  for (let account = Math.max(first, Math.ceil(start / 10_000) * 10_000); account <= last; account += 10_000)
    if (!taken.has(account)) return account;
  return null;
}

function partnerOf(year: Year, partner: Partner): Wire {
  const number = String(partner.account / 10_000);
  return {
    id: String(partner.account),
    account_number: partner.account,
    alternative_search_name: partner.city,
    business_partner_number: number,
    caption: partner.name,
    correspondence_title: partner.isPerson ? 'Frau/Herr' : 'Firma',
    date_last_modification: partner.changedAt,
    eu_vat_id_country_code: partner.isPerson ? undefined : 'DE',
    eu_vat_id_number: partner.isPerson ? undefined : digits(partner, 9),
    is_business_partner_active: true,
    is_organization_business_partner: false,
    legal_entity_type: partner.isPerson ? 'natural_person' : 'legal_person',
    short_name: partner.name.slice(0, 15),
    ...personOf(partner),
    accounting_information: accountingOf(year, partner),
    addresses: [addressOf(partner)],
    communications: [
      {
        id: '1',
        communication_data_content: `buchhaltung${number}@example.org`,
        communication_type: 'email',
        communication_usage_type: { is_main_communication_usage_type: true },
      },
    ],
    banks: [
      {
        id: '1',
        bank_name: 'Musterbank',
        business_partner_bank_position: 1,
        country_code: 'DE',
        iban: `DE02${digits(partner, 18)}`,
        is_business_partner_bank: true,
      },
    ],
  };
}

/** Digits that follow from the account; no real number has them by intent. */
const digits = ({ account }: Partner, length: number) =>
  String(account * 7)
    .padEnd(length, '0')
    .slice(0, length);

function personOf({ name, isPerson }: Partner): Wire {
  const [firstname = '', ...rest] = name.split(' ');
  return isPerson
    ? { natural_person: { firstname: firstname.slice(0, 30), surname: rest.join(' ').slice(0, 30) || firstname } }
    : { legal_person: { legal_name: name.slice(0, 40) } };
}

function addressOf({ city, account }: Partner): Wire {
  return {
    id: '1',
    address_type: 'street_address',
    address_usage_type: { is_correspondence_address: true, is_main_street_address: true },
    city,
    country_code: 'DE',
    postal_code: postalCodeOf(city),
    street: `Hauptstraße ${1 + ((account / 10_000) % 180)}`,
  };
}

function accountingOf(year: Year, { account, dueDays }: Partner): Wire {
  const sum = year.inside.sums().accounts.get(account);
  const both = { currency_management: 'payments_in_euro', language: 'german', term_of_payment_id: dueDays };
  return isDebtor(account)
    ? { ...both, account_balance: sum ? euros(balanceOf(sum)) : 0, dunning_procedure: 'first_second_and_third_dun' }
    : both;
}

/** Two customers of the first debtor's account, where a company is large enough to have a collective one. */
function variousAddresses(books: Books): Wire[] {
  const debtor = books.partners.find(({ account }) => isDebtor(account));
  if (!debtor || books.costCenters.length === 0) return [];
  return ['Laufkundschaft Nord', 'Laufkundschaft Süd'].map((caption, index) => ({
    id: `1_${debtor.account + index}`,
    account_number: debtor.account,
    addresses: [addressOf(debtor)],
    business_partner_number: String(debtor.account / 10_000),
    caption,
    date_last_modification: debtor.changedAt,
    legal_entity_type: 'legal_person',
    legal_person: { legal_name: caption },
    number: String(index + 1),
    short_name: caption.slice(0, 15),
  }));
}
