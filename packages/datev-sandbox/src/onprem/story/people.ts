import type { Random } from '../../random.ts';
import { creditorNumber, debtorNumber } from '../books/accounts.ts';
import type { Partner } from '../books/types.ts';

const familyNames =
  'Adler Albrecht Arslan Bachmann Becker Beyer Böhm Brandt Braun Dietz Dörr Ebert Engel Fiedler Franke Friedrich Graf Günther Haas Hartmann Heinze Herrmann Hübner Jansen Jung Kaya Kern Kowalski Krause Lindner Lorenz Ludwig Martens Maurer Metzger Möller Nagel Neumann Nowak Otto Petersen Pohl Reuter Richter Rossi Sauer Schreiber Schulte Seidel Sommer Stein Thiele Ullrich Vogt Wagner Weigel Winkler Yıldız Zeller Zimmermann'.split(
    ' ',
  );
const givenNames =
  'Anke Bastian Carola Deniz Eva Fabian Gerd Helga Ines Jonas Karin Leon Marta Nils Olga Pia Rainer Silke Tim Ulrike'.split(
    ' ',
  );
const tradesOfDebtors = [
  'Autohaus',
  'Apotheke',
  'Bauunternehmen',
  'Baumarkt',
  'Hotel',
  'Immobilien',
  'Ingenieurbüro',
  'Klinik',
  'Maschinenbau',
  'Möbelhaus',
  'Praxis Dr.',
  'Restaurant',
  'Schreinerei',
  'Seniorenheim',
  'Spedition',
  'Werbeagentur',
];
const tradesOfCreditors = [
  'Bürocenter',
  'Druckerei',
  'Elektro-Großhandel',
  'Energieversorgung',
  'Entsorgung',
  'Gebäudereinigung',
  'Getränkehandel',
  'Großhandel',
  'IT-Systemhaus',
  'Kfz-Werkstatt',
  'Logistik',
  'Mineralöl',
  'Telefon & Netz',
  'Verpackungen',
  'Versicherungsmakler',
  'Werkzeughandel',
];
const legalForms = ['GmbH', 'GmbH', 'GmbH & Co. KG', 'KG', 'e. K.', 'OHG', 'AG', 'UG'];
const cities = [
  ['50667', 'Köln'],
  ['04109', 'Leipzig'],
  ['28195', 'Bremen'],
  ['89073', 'Ulm'],
  ['24103', 'Kiel'],
  ['94032', 'Passau'],
  ['45127', 'Essen'],
  ['07743', 'Jena'],
  ['55116', 'Mainz'],
  ['01067', 'Dresden'],
  ['90402', 'Nürnberg'],
  ['34117', 'Kassel'],
  ['78462', 'Konstanz'],
  ['18055', 'Rostock'],
  ['66111', 'Saarbrücken'],
  ['06108', 'Halle'],
] as const;

export const postalCodeOf = (city: string) => cities.find(([, name]) => name === city)?.[0] ?? '10115';

const dueDays = [10, 14, 14, 30, 30] as const;

/** Debtors and creditors, as many of each as the size of the books calls for; some debtors are persons. */
export function makePartners(random: Random, each: number): Partner[] {
  const taken = new Map<string, number>();
  const make = (account: number, trades: readonly string[], persons: number): Partner => {
    const isPerson = random.below(100) < persons;
    const family = random.pick(familyNames);
    const plain = isPerson
      ? `${random.pick(givenNames)} ${family}`
      : `${random.pick(trades)} ${family} ${random.pick(legalForms)}`;
    const count = (taken.get(plain) ?? 0) + 1;
    taken.set(plain, count);
    return {
      account,
      // Two of the same name are told apart, as staff would.
      name: (count === 1 ? plain : `${plain} ${count}`).slice(0, 40),
      city: random.pick(cities)[1],
      isPerson,
      dueDays: random.pick(dueDays),
      changedAt: '2024-01-15T09:30:00.000+01:00',
    };
  };
  return [
    ...Array.from({ length: each }, (_, index) => make(debtorNumber(index), tradesOfDebtors, 15)),
    ...Array.from({ length: each }, (_, index) => make(creditorNumber(index), tradesOfCreditors, 2)),
  ];
}
