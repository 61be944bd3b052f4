import { sandboxClient, type World } from '@bruecke/datev-sandbox';

/** What the demo's Mandanten are there to show. */
export type Shown =
  | 'active'
  | 'expiring'
  | 'paused'
  | 'needsReauth'
  | 'belegfreigabe'
  | 'outage'
  | 'notSetUp'
  | 'errors'
  | 'question'
  | 'restricted'
  | 'empty';

export const consultantNumber = 455148;
export const firmName = 'Steuerkanzlei Lang & Partner';

export const mandanten: readonly { number: number; name: string; shown: Shown; vouchers: number; function?: string }[] =
  [
    { number: 12, name: 'Bäckerei Anton Huber GmbH', shown: 'expiring', vouchers: 24 },
    { number: 17, name: 'Tischlerei Brandt & Söhne', shown: 'active', vouchers: 9 },
    { number: 21, name: 'Café Morgenrot', shown: 'active', vouchers: 6 },
    { number: 25, name: 'Autohaus Lindner GmbH', shown: 'paused', vouchers: 5 },
    { number: 31, name: 'Zahnarztpraxis Dr. Yilmaz', shown: 'needsReauth', vouchers: 4 },
    { number: 34, name: 'Elektro Schmitt e. K.', shown: 'belegfreigabe', vouchers: 3 },
    { number: 38, name: 'Blumen Petersen', shown: 'outage', vouchers: 4 },
    { number: 42, name: 'Gasthof Zur Linde', shown: 'notSetUp', vouchers: 3 },
    { number: 47, name: 'Physiotherapie Wagner', shown: 'errors', vouchers: 5 },
    { number: 53, name: 'Architekturbüro Neumann', shown: 'restricted', vouchers: 3 },
    { number: 58, name: 'Yoga-Studio Ananda', shown: 'empty', vouchers: 0 },
    { number: 63, name: 'Spedition Kowalski GmbH', shown: 'question', vouchers: 5 },
  ];

/**
 * Books on the firm's own server. `figures`: how the connection DATEVconnect stands; `switchedOff` was read once and keeps that state;
 * for `notConnected` the client is released, and whoever tries the demo binds it.
 */
export type Ledger = {
  number: number;
  figures: 'shown' | 'switchedOff' | 'notConnected';
  postingsPerYear: number;
  /** Calendar years; from July to June; founded in May of the year before last, which makes a short first year. */
  years: 'calendar' | 'july' | 'founded';
};

export const ledgers: readonly Ledger[] = [
  { number: 12, figures: 'shown', postingsPerYear: 2400, years: 'calendar' },
  { number: 17, figures: 'shown', postingsPerYear: 1200, years: 'july' },
  { number: 21, figures: 'shown', postingsPerYear: 700, years: 'founded' },
  { number: 25, figures: 'shown', postingsPerYear: 1600, years: 'calendar' },
  { number: 34, figures: 'shown', postingsPerYear: 500, years: 'calendar' },
  { number: 38, figures: 'switchedOff', postingsPerYear: 400, years: 'calendar' },
  { number: 42, figures: 'notConnected', postingsPerYear: 900, years: 'calendar' },
  { number: 47, figures: 'shown', postingsPerYear: 600, years: 'founded' },
  { number: 63, figures: 'shown', postingsPerYear: 1500, years: 'july' },
];

export const app = { clientId: 'bruecke-demo', name: 'Brücke (Demo)' };
/** A Belegtyp that exists when the voucher is handed in and is gone when it is sent. */
export const vanishingType = 'Reisebelege';

const scopes = ['openid', 'profile', 'email', 'offline_access', 'accounting:clients:read', 'accounting:documents'];

/** DATEV as the demo finds it: the firm's clients, and its two admins with their media and rights. */
export function demoWorld(clientSecret: string): World {
  const clients = mandanten.map(({ number, name, shown }) => {
    const client = sandboxClient({ consultantNumber, clientNumber: number, name });
    return shown === 'question'
      ? {
          ...client,
          documentTypes: [...client.documentTypes, { name: vanishingType, category: 'other_documents' as const }],
        }
      : client;
  });
  const access = Object.fromEntries(
    mandanten.map(({ number }) => [`${consultantNumber}-${number}`, ['documents' as const]]),
  );
  return {
    apps: [{ ...app, clientSecret, redirectUris: ['http://localhost'], scopes }],
    clients,
    people: [
      {
        id: 'petra.lang',
        givenName: 'Petra',
        familyName: 'Lang',
        email: 'petra.lang@example.org',
        media: ['SmartLogin', 'SmartCard'],
        access,
      },
      {
        id: 'jonas.weiss',
        givenName: 'Jonas',
        familyName: 'Weiß',
        email: 'jonas.weiss@example.org',
        media: ['SmartCard'],
        access,
      },
    ],
  };
}
