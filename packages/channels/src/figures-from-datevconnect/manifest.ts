import type { ChannelManifest } from '../kit.ts';
import { calls } from './calls.ts';
import { findings } from './findings.ts';

export type { Finding } from './findings.ts';

/** Accounting data in from the firm's DATEV server by DATEVconnect (onprem.md). */
export const manifest = {
  id: 'datevconnect',
  direction: 'in',
  name: { de: 'DATEVconnect', en: 'DATEVconnect' },
  officialName: 'DATEVconnect',
  description: {
    de: 'Holt Buchhaltungsdaten vom DATEV-Server der Kanzlei. Es wird nur gelesen.',
    en: 'Fetches accounting data from the firm’s DATEV server. It only reads.',
  },
  needs: [
    {
      de: 'Den Brücke-Konnektor auf dem DATEV-Server der Kanzlei (voller Arbeitsplatz mit DATEV Rechnungswesen).',
      en: 'The Brücke connector on the firm’s DATEV server (full Arbeitsplatz with DATEV Rechnungswesen).',
    },
    {
      de: 'DATEVconnect, meist schon installiert; es kostet nichts.',
      en: 'DATEVconnect, mostly installed already; it costs nothing.',
    },
    {
      de: 'Einen eigenen Windows-Benutzer ohne zweiten Faktor, verknüpft mit einem DATEV-Benutzer, der DATEVconnect und die Daten des Mandanten lesen darf.',
      en: 'A Windows user of its own without a second factor, linked to a DATEV user who may read DATEVconnect and the client’s data.',
    },
    {
      de: 'Für einzelne Kontobuchungen die kostenpflichtige Lizenz „DATEVconnect Kontobuchungen“. Ohne sie werden die Zahlen aus Buchungsstapeln und Salden aufgebaut.',
      en: 'For single account postings the paid licence “DATEVconnect Kontobuchungen”. Without it the figures are rebuilt from batches and balances.',
    },
  ],
  orderUrl: null,
  limits: null,
  calls,
  findings,
} as const satisfies ChannelManifest & { calls: unknown; findings: unknown };
