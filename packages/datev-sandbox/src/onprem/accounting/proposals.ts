import { type Found, listOf } from '../answer.ts';
import { isCreditor, isDebtor, technicalNumber } from '../books/accounts.ts';
import type { Books } from '../books/types.ts';
import { midnight } from '../days.ts';
import type { Wire } from '../wire.ts';
import type { YearReads } from './read.ts';

const readsOf = (path: string, rulesOf: (books: Books) => Wire[]): YearReads => ({
  [path]: { read: ({ books }) => listOf(rulesOf(books)) },
  // A list of one, as described.
  [`${path}/*`]: {
    read: ({ books, ids: [id] }): Found => {
      const own = rulesOf(books).filter((rule) => rule['id'] === id);
      return own.length === 0 ? 'notFound' : listOf(own);
    },
  },
});

function invoiceRules(books: Books, direction: 'incoming' | 'outgoing'): Wire[] {
  const incoming = direction === 'incoming';
  return books.partners
    .filter(({ account }) => (incoming ? isCreditor : isDebtor)(account))
    .slice(0, 3)
    .map(({ account, name }, index) => ({
      id: String(index + 1),
      assignment_criteria: { goods_and_services: incoming ? 'Wareneinkauf' : 'Lieferung', name, tax_rate: 19 },
      creation_date: midnight('2024-01-15'),
      last_used_date: midnight('2024-01-15'),
      posting_proposal_information: [
        {
          account_number: technicalNumber(incoming ? 'goods19' : 'revenue19', books.chart),
          business_partner_account_number: account,
          posting_description: name,
          origin_of_posting_description: 'business_partner_name',
        },
      ],
      uncertain_label: false,
    }));
}

const cashRules = ({ chart }: Books): Wire[] => [
  {
    id: '1',
    assignment_criteria: {
      cash_account_number: technicalNumber('cash', chart),
      currency_code: 'EUR',
      document_description: 'Briefmarken',
    },
    creation_date: midnight('2024-01-15'),
    last_used_date: midnight('2024-01-15'),
    posting_proposal_information: [
      {
        account_number: technicalNumber('postage', chart),
        calculation_mode: 'remaining_amount',
        position: 1,
        posting_description: 'Briefmarken',
        origin_of_posting_description: 'own_input',
      },
    ],
    uncertain_label: false,
  },
];

/** Rules by which Rechnungswesen proposes postings. */
export const proposalReads: YearReads = {
  ...readsOf('posting-proposal-rules-incoming-invoices', (books) => invoiceRules(books, 'incoming')),
  ...readsOf('posting-proposal-rules-outgoing-invoices', (books) => invoiceRules(books, 'outgoing')),
  ...readsOf('posting-proposal-rules-cash-register', cashRules),
};
