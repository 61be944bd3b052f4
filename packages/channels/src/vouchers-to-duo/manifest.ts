import { acceptedMediaTypes } from '@bruecke/model';
import type { ChannelManifest } from '../kit.ts';

/** Vouchers out to Belege online by the Belegbilderservice (cloud.md B.2, E). */
export const manifest = {
  id: 'belegbilderservice',
  direction: 'out',
  name: { de: 'DATEV Belegbilderservice', en: 'DATEV Belegbilderservice' },
  officialName: 'Belegbilderservice Rechnungswesen',
  description: {
    de: 'Leitet Belege an DATEV Unternehmen online weiter.',
    en: 'Forwards vouchers to DATEV Unternehmen online.',
  },
  needs: [
    {
      de: 'Der Bestand des Mandanten in DATEV Unternehmen online, mit denselben Berater- und Mandantennummern wie in DATEV Rechnungswesen.',
      en: 'The Mandant’s Bestand in DATEV Unternehmen online, with the same numbers as in DATEV Rechnungswesen.',
    },
    {
      de: 'Der Datenservice „Belegbilderservice Rechnungswesen“ ist bestellt und aktiviert.',
      en: 'The data service “Belegbilderservice Rechnungswesen” is ordered and activated.',
    },
    {
      de: 'Eine Person mit DATEV SmartLogin oder DATEV SmartCard, dem Recht „Belege“ und der Datenfreigabe für den Bestand (DATEV Rechteverwaltung online).',
      en: 'A person with DATEV SmartLogin or DATEV SmartCard, the right “Belege” and the data release for the Bestand (DATEV Rechteverwaltung online).',
    },
    {
      de: 'Der Mandant nutzt nicht DATEV Belegfreigabe online; sie sperrt diese Schnittstelle.',
      en: 'The Mandant does not use DATEV Belegfreigabe online; it shuts this interface out.',
    },
  ],
  orderUrl: 'http://go.datev.de/datenservices-einrichten',
  limits: {
    // DATEV says "20 MB" and not which; the larger reading, so that nothing is held back that DATEV might take.
    fileBytes: 20 * 1024 * 1024,
    adviceBytes: 500_000,
    fileNameLength: 255,
    noteLength: 255,
    documentTypeLength: 30,
    mediaTypes: acceptedMediaTypes,
  },
} as const satisfies ChannelManifest;
