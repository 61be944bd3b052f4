import type { Visitor } from './visitor.ts';

export type PageCase = {
  readonly name: string;
  /** One-click sign-in of the demo; null: nobody is signed in. */
  readonly who: string | null;
  /** With `$mandantId` where the Mandant stands. */
  readonly path: string;
  /** Name of the Mandant in the demo. */
  readonly mandant?: string;
};

const baker = 'Bäckerei Anton Huber GmbH';
const admin = 'kanzlei-admin';

/** Every page, and those that look different by state or by person more than once. */
export const pageCases: readonly PageCase[] = [
  { name: 'Anmelden', who: null, path: '/anmelden' },
  { name: 'neues Passwort', who: null, path: '/passwort' },
  { name: 'Einladung ohne gültigen Link', who: null, path: '/einladung#nicht-mehr-gueltig' },
  { name: 'Einrichten ohne gültigen Link', who: null, path: '/einrichten#nicht-mehr-gueltig' },
  { name: 'Übersicht der Kanzlei', who: admin, path: '/' },
  { name: 'Übersicht des Mandanten', who: 'mandanten-admin', path: '/' },
  { name: 'Übersicht eines Mandanten', who: admin, path: '/mandanten/$mandantId', mandant: baker },
  { name: 'Belege, Mandant wählen', who: admin, path: '/belege' },
  { name: 'Belege', who: admin, path: '/mandanten/$mandantId/belege', mandant: baker },
  { name: 'Belege mit Fehlern', who: admin, path: '/mandanten/$mandantId/belege', mandant: 'Physiotherapie Wagner' },
  { name: 'Belege, noch keine', who: admin, path: '/mandanten/$mandantId/belege', mandant: 'Yoga-Studio Ananda' },
  { name: 'Auswertungen', who: admin, path: '/mandanten/$mandantId/auswertungen', mandant: baker },
  {
    name: 'Auswertungen, noch keine',
    who: admin,
    path: '/mandanten/$mandantId/auswertungen',
    mandant: 'Yoga-Studio Ananda',
  },
  { name: 'Kanzlei', who: admin, path: '/optionen/kanzlei' },
  { name: 'Konnektoren', who: admin, path: '/optionen/kanzlei/konnektoren' },
  { name: 'Konnektoren ohne Recht', who: 'kanzleinutzer', path: '/optionen/kanzlei/konnektoren' },
  { name: 'Protokoll der Kanzlei', who: admin, path: '/optionen/kanzlei/protokoll' },
  { name: 'Kanzlei-Einladung ohne gültigen Link', who: admin, path: '/kanzlei-einladung#nicht-mehr-gueltig' },
  { name: 'Mandantenstammdaten', who: admin, path: '/optionen/mandanten' },
  { name: 'Mandant bearbeiten', who: admin, path: '/optionen/mandanten/$mandantId', mandant: baker },
  { name: 'Betreuungszuordnung', who: admin, path: '/optionen/mandanten/$mandantId/betreuung', mandant: baker },
  ...[
    baker,
    'Café Morgenrot',
    'Autohaus Lindner GmbH',
    'Zahnarztpraxis Dr. Yilmaz',
    'Elektro Schmitt e. K.',
    'Blumen Petersen',
    'Yoga-Studio Ananda',
  ].map((mandant) => ({
    name: `Verbindungen: ${mandant}`,
    who: admin,
    path: '/optionen/mandanten/$mandantId/verbindungen',
    mandant,
  })),
  { name: 'Trennen', who: admin, path: '/optionen/mandanten/$mandantId/verbindungen/trennen', mandant: baker },
  { name: 'Nutzer', who: 'mandanten-admin', path: '/optionen/mandanten/$mandantId/nutzer', mandant: baker },
  { name: 'Protokoll', who: 'mandanten-admin', path: '/optionen/mandanten/$mandantId/protokoll', mandant: baker },
  { name: 'Profil', who: 'mandanten-admin', path: '/profil' },
  { name: 'kein Recht', who: 'kanzleinutzer', path: '/betrieb' },
  { name: 'nicht gefunden', who: admin, path: '/gibt-es-nicht' },
  { name: 'Betrieb', who: 'betreiber', path: '/betrieb' },
];

/** The Mandant's id, asked through the API as the person signed in. */
export async function idOfMandant(visitor: Visitor, name: string): Promise<string> {
  const response = await visitor.context.request.get('/api/v1/mandanten');
  // Shape of api.mandanten.list.
  const { mandanten } = (await response.json()) as { mandanten: { id: string; name: string }[] };
  const found = mandanten.find((mandant) => mandant.name === name);
  if (!found) throw new Error(`no Mandant ${name}`);
  return found.id;
}

export async function addressOf(visitor: Visitor, { path, mandant }: PageCase): Promise<string> {
  return mandant === undefined ? path : path.replace('$mandantId', await idOfMandant(visitor, mandant));
}
