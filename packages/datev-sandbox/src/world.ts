/**
 * What exists at DATEV before anyone calls: registered apps, clients (datasets) and people with their rights.
 * A world is plain data, so a demo can write it down and a snapshot can keep it.
 */
export type World = {
  apps: App[];
  clients: SandboxClient[];
  people: Person[];
};

/** An app as registered in DATEV's developer portal (cloud.md A.3, A.5, A.8). */
export type App = {
  /** OAuth client id, at most 60 characters. */
  clientId: string;
  clientSecret: string;
  name: string;
  /** Full addresses, compared exactly. The literal `http://localhost` matches any port and path there. */
  redirectUris: string[];
  /** Scopes DATEV has enabled for this app, without `datev:iam:client:…`. */
  scopes: string[];
};

export type ServiceName =
  | 'Belegbilderservice'
  | 'Buchungsdatenservice'
  | 'Rechnungsdatenservice 1.0'
  | 'Rechnungsdatenservice 2.0'
  | 'Export Rechnungswesen';

export type DocumentCategory =
  | 'invoices_received'
  | 'outgoing_invoices'
  | 'personnel_documents'
  | 'travel_expense_documents'
  | 'other_documents';

/** "Belegtyp" of one client. */
export type DocumentType = {
  name: string;
  category: DocumentCategory;
  debitCreditIdentifier?: 'debit' | 'credit';
};

export type FiscalYear = {
  /** `YYYY-MM-DD` */
  start: string;
  end: string;
  /** Digits of a ledger account, 4 to 8. */
  accountLength: number;
  payableLedger: boolean;
  receivableLedger: boolean;
  cashLedger: boolean;
};

/** One company at DATEV: "client" in DATEV's words, addressed by consultant number and client number. */
export type SandboxClient = {
  consultantNumber: number;
  clientNumber: number;
  name: string;
  services: ServiceName[];
  /** Belege online exists for this client (the "Bestand"). */
  stock: boolean;
  /** Which Belege online: old (`now`) or new (`next`); decides file types and some error codes. */
  duo: 'now' | 'next';
  /** Belegfreigabe online is switched on: every upload is refused with DCO01231. */
  belegfreigabe: boolean;
  /** DATEV Personal is in use: personnel and travel types are refused with DCO01300. */
  datevPersonal: boolean;
  /** false: reading the client's basics answers DCO01009. */
  accountBasicsConsistent: boolean;
  documentTypes: DocumentType[];
  fiscalYears: FiscalYear[];
};

export type Medium = 'SmartLogin' | 'SmartCard';

/** What a person may do at one client, as kept in "Rechteverwaltung online". */
export type Right = 'documents' | 'personnel-documents' | 'postings' | 'invoices' | 'export';

export type Person = {
  /** Stable account id, also what `control.signIn` names. */
  id: string;
  givenName: string;
  familyName: string;
  email: string;
  media: Medium[];
  /** Rights by technical client id (`455148-1`). No entry: the person does not see that client. */
  access: Record<string, Right[]>;
};

/**
 * Refuses a world that cannot exist, so that a slip in a demo's data is seen at the start and not as a strange 403 later.
 *
 * @throws RangeError naming the first thing that does not fit
 */
export function checkWorld(world: World): void {
  const ids = world.clients.map(clientIdOf);
  const wrong = ids.find((id) => !/^[1-9]\d{3,6}-[1-9]\d{0,4}$/.test(id));
  if (wrong !== undefined)
    throw new RangeError(`client ${wrong}: consultant number 4 to 7 digits, client number 1 to 5`);
  expectDistinct('client', ids);
  expectDistinct(
    'person',
    world.people.map((person) => person.id),
  );
  expectDistinct(
    'app',
    world.apps.map((app) => app.clientId),
  );
  const known = new Set(ids);
  for (const person of world.people) {
    const unknown = Object.keys(person.access).find((id) => !known.has(id));
    if (unknown !== undefined)
      throw new RangeError(`person ${person.id} has rights at ${unknown}, which does not exist`);
  }
}

function expectDistinct(kind: string, ids: string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw new RangeError(`${kind} ${id} exists twice`);
    seen.add(id);
  }
}

/** DATEV's technical id of a client: `<consultant>-<client>` (cloud.md B, common rules). */
export function clientIdOf(client: { consultantNumber: number; clientNumber: number }): string {
  return `${client.consultantNumber}-${client.clientNumber}`;
}

/** Which right a service asks of the person, and the scopes a service names in `services[]` (cloud.md B.1, part E). */
export const SERVICES: Record<ServiceName, { right: Right; scopes: readonly string[] }> = {
  Belegbilderservice: { right: 'documents', scopes: ['accounting:documents'] },
  Buchungsdatenservice: { right: 'postings', scopes: ['datev:accounting:extf-files-import'] },
  'Rechnungsdatenservice 1.0': { right: 'invoices', scopes: ['accounting:dxso-jobs'] },
  'Rechnungsdatenservice 2.0': { right: 'invoices', scopes: ['datev:accounting:invoices'] },
  'Export Rechnungswesen': { right: 'export', scopes: ['datev:accounting:exchange'] },
};

/** The four types that integrators expect at every client (cloud.md part E), plus two that need special rights. */
export const USUAL_DOCUMENT_TYPES: readonly DocumentType[] = [
  { name: 'Rechnungseingang', category: 'invoices_received', debitCreditIdentifier: 'debit' },
  { name: 'Rechnungsausgang', category: 'outgoing_invoices', debitCreditIdentifier: 'credit' },
  { name: 'Kasse', category: 'other_documents' },
  { name: 'Sonstige', category: 'other_documents' },
];

export const SPECIAL_DOCUMENT_TYPES: readonly DocumentType[] = [
  { name: 'Lohnunterlagen', category: 'personnel_documents' },
  { name: 'Reisekosten', category: 'travel_expense_documents' },
];

/** Personnel and travel types are listed and accepted only for people with an extra right. */
export function isSpecialType(type: DocumentType): boolean {
  return type.category === 'personnel_documents' || type.category === 'travel_expense_documents';
}

/**
 * A client with sensible values for all that is not said: all usual services, a stock in the new Belege online, the four
 * usual types, three fiscal years that end with `year`.
 */
export function sandboxClient(
  given: Pick<SandboxClient, 'consultantNumber' | 'clientNumber' | 'name'> & Partial<SandboxClient> & { year?: number },
): SandboxClient {
  const { year = 2026, ...rest } = given;
  return {
    services: ['Belegbilderservice', 'Buchungsdatenservice'],
    stock: true,
    duo: 'next',
    belegfreigabe: false,
    datevPersonal: false,
    accountBasicsConsistent: true,
    documentTypes: USUAL_DOCUMENT_TYPES.map((type) => ({ ...type })),
    fiscalYears: [year - 2, year - 1, year].map((y) => calendarYear(y)),
    ...rest,
  };
}

function calendarYear(year: number): FiscalYear {
  return {
    start: `${year}-01-01`,
    end: `${year}-12-31`,
    accountLength: 4,
    payableLedger: true,
    receivableLedger: true,
    cashLedger: true,
  };
}
