import { BASE_SCOPES } from './login/scopes.ts';
import { createRandom, type Random } from './random.ts';
import {
  type App,
  clientIdOf,
  type Medium,
  type Person,
  type Right,
  type SandboxClient,
  type ServiceName,
  SPECIAL_DOCUMENT_TYPES,
  sandboxClient,
  type World,
} from './world.ts';

const FAMILY_NAMES =
  'Albrecht Becker Brandt Dietrich Engel Fischer Franke Graf Hahn Hartmann Heinrich Jansen Kaiser Keller Köhler Krämer Kühn Lange Lehmann Lorenz Möller Müller Neumann Öztürk Pohl Richter Sauer Schäfer Schröder Seidel Sommer Thomas Vogel Wagner Weiß Winter Yılmaz Ziegler'.split(
    ' ',
  );
const GIVEN_NAMES =
  'Anja Ayşe Bernd Birgit Christian Claudia Daniel Elif Emre Frank Gabriele Hannah Heike Jan Johanna Jürgen Katrin Lena Lukas Markus Miriam Nina Olaf Paul Petra Ralf Sabine Sophie Stefan Susanne Thomas Uwe Vera Wolfgang'.split(
    ' ',
  );
const TRADES =
  'Bäckerei Malerbetrieb Tischlerei Elektrotechnik Gartenbau Metallbau Autohaus Physiotherapie Hausverwaltung Dachdeckerei Weinhandel Feinkost Sanitärtechnik Reinigungsservice Verlag Schlosserei Druckerei Spedition Optik Brauerei Buchhandlung Zimmerei Gasthof Fliesenbau'.split(
    ' ',
  );
const LEGAL_FORMS = ['GmbH', 'GmbH', 'GmbH & Co. KG', 'e. K.', 'OHG', 'KG', 'UG (haftungsbeschränkt)', 'AG', 'e. V.'];

/** How large a seeded world is. */
export type WorldSize = {
  /** Firms; default 2. */
  consultants?: number;
  /** Clients per firm; default 6. */
  clientsPerConsultant?: number;
  /** The newest fiscal year; default 2026. */
  year?: number;
  redirectUris?: string[];
};

/**
 * A world drawn from a seed: firms with numbers, their clients with services, document types and fiscal years, and people:
 * per firm one who may do everything and one with half of the clients, per client one of the company itself. The last client
 * of every firm is one where nothing works out of the box (no stock), so that the refusal can be seen too.
 */
export function seedWorld(seed: string | number, size: WorldSize = {}): World {
  const random = createRandom(seed, 'world');
  const { consultants = 2, clientsPerConsultant = 6, year = 2026 } = size;
  const clients: SandboxClient[] = [];
  const people: Person[] = [];
  for (let firm = 0; firm < consultants; firm++) {
    const own = seedClients(random, 29_000 + firm * 971 + random.below(900), clientsPerConsultant, year);
    clients.push(...own);
    people.push(...seedPeople(random, own, people.length));
  }
  return { apps: [seedApp(random, size.redirectUris)], clients, people };
}

function seedApp(random: Random, redirectUris: string[] = ['http://localhost']): App {
  return {
    clientId: random.bytes(16).toString('hex'),
    clientSecret: random.bytes(16).toString('hex'),
    name: 'Sandbox-App',
    redirectUris,
    scopes: [...BASE_SCOPES],
  };
}

function seedClients(random: Random, consultantNumber: number, count: number, year: number): SandboxClient[] {
  const names = new Set<string>();
  while (names.size < count) names.add(companyName(random));
  return [...names].map((name, index) => {
    const last = index === count - 1 && count > 1;
    const personnel = random.below(3) === 0;
    const base = sandboxClient({ consultantNumber, clientNumber: 10_001 + index, name, year });
    return {
      ...base,
      services: seedServices(random),
      stock: !last,
      duo: random.below(3) === 0 ? 'now' : 'next',
      documentTypes: personnel ? [...base.documentTypes, ...SPECIAL_DOCUMENT_TYPES] : base.documentTypes,
    };
  });
}

function seedServices(random: Random): ServiceName[] {
  const services: ServiceName[] = ['Belegbilderservice'];
  if (random.below(4) > 0) services.push('Buchungsdatenservice');
  if (random.below(3) === 0) services.push('Rechnungsdatenservice 1.0');
  if (random.below(4) === 0) services.push('Export Rechnungswesen');
  return services;
}

function seedPeople(random: Random, clients: SandboxClient[], offset: number): Person[] {
  const ids = clients.map(clientIdOf);
  const all: Right[] = ['documents', 'personnel-documents', 'postings', 'invoices', 'export'];
  const people = [
    seedPerson(random, offset + 1, ['SmartCard', 'SmartLogin'], accessTo(ids, all)),
    seedPerson(
      random,
      offset + 2,
      ['SmartLogin'],
      accessTo(ids.slice(0, Math.ceil(ids.length / 2)), ['documents', 'postings']),
    ),
  ];
  for (const id of ids) {
    people.push(seedPerson(random, offset + people.length + 1, ['SmartLogin'], accessTo([id], ['documents'])));
  }
  return people;
}

function accessTo(ids: string[], rights: Right[]): Record<string, Right[]> {
  return Object.fromEntries(ids.map((id) => [id, [...rights]]));
}

function seedPerson(random: Random, number: number, media: Medium[], access: Record<string, Right[]>): Person {
  const givenName = random.pick(GIVEN_NAMES);
  const familyName = random.pick(FAMILY_NAMES);
  const id = `${plain(givenName)}.${plain(familyName)}.${number}`;
  return { id, givenName, familyName, email: `${id}@example.org`, media, access };
}

function companyName(random: Random): string {
  return `${random.pick(TRADES)} ${random.pick(FAMILY_NAMES)} ${random.pick(LEGAL_FORMS)}`;
}

function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/ä/g, 'ae')
    .replace(/ö/g, 'oe')
    .replace(/ü/g, 'ue')
    .replace(/ß/g, 'ss')
    .replace(/ı/g, 'i')
    .normalize('NFD')
    .replace(/[^a-z]/g, '');
}
