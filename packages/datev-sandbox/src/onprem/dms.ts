import { type Found, list, listOf, oneOf } from './answer.ts';
import type { Books } from './books/types.ts';
import type { FirmCall, FirmReads } from './firm.ts';
import type { Wire } from './wire.ts';

/** A document of Dokumentenablage, made from a posting's link: the voucher as DATEV keeps it. */
type Document = { books: Books; link: string; number: number; year: number; text: string };

const fileOf = (number: number) => 10_000 + number;
const user = {
  id: '8f1c6d0e-5b7a-4c39-9d4e-0c6a3f2b1d77',
  name: 'Kanzlei, Konnektor',
  is_deleted: false,
  is_user_group: false,
};
const clientsDomain = { id: 1, name: 'Mandanten' };
const folder = { id: 3, name: 'Belege' };
const register = { id: 2, name: 'Eingang' };

const states: Wire[] = [
  { id: '5', name: 'offen', valid_document_classes: 3 },
  { id: '6', name: 'erledigt', valid_document_classes: 3 },
];

const ofDocument =
  (read: (document: Document, below: string | undefined) => Found) =>
  ({ books, ids: [id, below] }: FirmCall): Found => {
    const found = documentsOf(books).find((one) => documentId(one) === id?.toLowerCase());
    return found ? read(found, below) : 'notFound';
  };

/** `dms/v2`, reads only: documents are the vouchers that postings point to. */
export const dms: FirmReads = {
  info: {
    read: () => ({
      one: {
        id: '35c1f1d2-88a0-4f0e-9a5b-2f7f1d9f8a01',
        environment: 'Kanzlei',
        feature: 'DokAb',
        versions: [{ name: 'K0003024', number: '15.0' }],
        data_path: 'D:\\WINDVSW1\\DATEV\\DATEN\\DOKAB\\STANDARD',
        is_client_installed: true,
      },
    }),
  },
  domains: {
    filter: { is_selected: ['eq'] },
    read: () =>
      listOf([
        {
          ...clientsDomain,
          correspondence_partner: {
            domain: 'Mandant',
            link: 'http://localhost:58454/datev/api/master-data/v1/clients',
          },
          folders: [{ ...folder, registers: [register] }],
          is_selected: true,
        },
      ]),
  },
  documentstates: { filter: { valid_document_classes: ['eq'] }, read: () => listOf(states) },
  'documentstates/*': {
    read: ({ ids: [id] }) => {
      const found = states.find((state) => state['id'] === id);
      return found ? { one: { id: found['id'], name: found['name'] } } : 'notFound';
    },
  },
  documents: {
    filter: {
      number: ['eq', 'gt', 'lt'],
      'domain.id': ['eq', 'gt', 'lt'],
      'folder.id': ['eq', 'gt', 'lt'],
      'register.id': ['eq', 'gt', 'lt'],
      'state.id': ['eq', 'gt', 'lt'],
      change_date_time: ['eq', 'gt', 'lt'],
      'user.id': ['eq'],
      correspondence_partner_guid: ['eq'],
    },
    alternatives: true,
    paged: true,
    // A page has at most 1,000 (onprem.md A.7).
    mostPerPage: 1_000,
    read: ({ books }) => list({ rows: documentsOf(books), write: documentOf }),
  },
  'documents/*': {
    read: ofDocument((document) => ({ one: documentOf(document) })),
  },
  'documents/*/structure-items': { paged: true, read: ofDocument((document) => listOf([structureItemOf(document)])) },
  'documents/*/structure-items/*': {
    read: ofDocument((document, item) => oneOf([structureItemOf(document)], item)),
  },
  'document-files/*': {
    file: true,
    read: ({ books, ids: [id] }) => {
      const found = documentsOf(books).find(({ number }) => String(fileOf(number)) === id);
      return found ? { bytes: `%PDF-1.4\n% ${found.link}\n%%EOF\n` } : 'notFound';
    },
  },
  // These are DATEV DMS's alone; Dokumentenablage has none of them.
  'secure-areas': { read: () => listOf([]) },
  'property-templates': { filter: { document_class: ['eq'] }, read: () => listOf([]) },
  'individual-properties': { read: () => listOf([]) },
  'individual-references1': { paged: true, read: () => listOf([]) },
  'individual-references2': { paged: true, read: () => listOf([]) },
};

/** Links of all years; each voucher once, as numbered. */
function documentsOf(all: readonly Books[]): Document[] {
  const found = new Map<string, Document>();
  for (const books of all)
    for (const { begin, inside } of books.years)
      for (const [row, link] of inside.ledger.links)
        if (!found.has(link))
          found.set(link, {
            books,
            link,
            number: found.size + 1,
            year: Number(begin.slice(0, 4)),
            text: books.inside.words.text(inside.ledger.text[row] ?? 0),
          });
  return [...found.values()];
}

const documentId = ({ link }: Document) => (/"(.+)"/.exec(link)?.[1] ?? link).toLowerCase();

function documentOf(document: Document): Wire {
  const at = `${document.year}-06-30T10:00:00.000`;
  return {
    id: documentId(document),
    number: document.number,
    class: { id: 3, name: 'Beleg' },
    correspondence_partner_guid: document.books.guid,
    correspondence_partner_firm_number: 0,
    description: document.text,
    domain: clientsDomain,
    folder,
    register,
    state: { id: '5', name: 'offen' },
    user,
    creation_user: user,
    extension: 'pdf',
    change_date_time: at,
    create_date_time: at,
    checked_out: false,
    inbox: true,
    is_shared: false,
    read_only: false,
    year: document.year,
    month: 6,
  };
}

function structureItemOf(document: Document): Wire {
  const at = `${document.year}-06-30T10:00:00.000`;
  return {
    id: document.number,
    name: `Beleg ${document.number}.pdf`,
    counter: 1,
    creation_date: at,
    last_modification_date: at,
    type: 1,
    parent_counter: 0,
    document_file_id: fileOf(document.number),
  };
}
