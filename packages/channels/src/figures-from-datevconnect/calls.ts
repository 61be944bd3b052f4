import type { Sentence } from '@bruecke/model';

/**
 * Every call that the connector can make at DATEVconnect, in words: for the card and for the status page on the machine. All only read.
 * The names are those of the table of operations in packages/datevconnect (a test compares), which nothing can go around.
 */
export const calls = [
  { name: 'echo', sentence: { de: 'Antwortet DATEVconnect?', en: 'Does DATEVconnect answer?' } },
  { name: 'domains', sentence: { de: 'Installierte Schnittstellen', en: 'Installed interfaces' } },
  {
    name: 'currentUser',
    sentence: { de: 'DATEV-Benutzer, unter dem gelesen wird', en: 'DATEV user whose rights are used' },
  },
  { name: 'clients', sentence: { de: 'Mandanten in Rechnungswesen', en: 'Clients in Rechnungswesen' } },
  { name: 'client', sentence: { de: 'Ein Mandant', en: 'One client' } },
  { name: 'fiscalYears', sentence: { de: 'Wirtschaftsjahre', en: 'Fiscal years' } },
  { name: 'statistics', sentence: { de: 'Anzahl der Buchungen je Monat', en: 'Number of postings per month' } },
  { name: 'sumsAndBalances', sentence: { de: 'Summen und Salden', en: 'Sums and balances' } },
  { name: 'accountPostings', sentence: { de: 'Kontobuchungen', en: 'Account postings' } },
  { name: 'sequences', sentence: { de: 'Buchungsstapel', en: 'Batches' } },
  { name: 'records', sentence: { de: 'Buchungssätze eines Stapels', en: 'Records of a batch' } },
  { name: 'receivables', sentence: { de: 'Offene Posten Debitoren', en: 'Open items, debtors' } },
  { name: 'payables', sentence: { de: 'Offene Posten Kreditoren', en: 'Open items, creditors' } },
  {
    name: 'debitors',
    sentence: { de: 'Debitoren: Name, Nummer, Ort', en: 'Debtors: name, number, city' },
  },
  {
    name: 'creditors',
    sentence: { de: 'Kreditoren: Name, Nummer, Ort', en: 'Creditors: name, number, city' },
  },
  { name: 'termsOfPayment', sentence: { de: 'Zahlungsbedingungen', en: 'Terms of payment' } },
  {
    name: 'dmsInfo',
    sentence: { de: 'Art der Dokumentenablage (ohne Dokumente)', en: 'Kind of document management (no documents)' },
  },
] as const satisfies readonly { name: string; sentence: Sentence }[];
