export { type AccountBalance, listSumsAndBalances } from './accounting/balances.ts';
export {
  type AccountingClient,
  type FiscalYear,
  getClient,
  listClients,
  listFiscalYears,
} from './accounting/clients.ts';
export type { YearKey } from './accounting/keys.ts';
export { listOpenItems, type OpenItem } from './accounting/openItems.ts';
export { type BusinessPartner, listPartners } from './accounting/partners.ts';
export { type AccountPosting, listAccountPostings } from './accounting/postings.ts';
export { listRecords, listSequences, type Record, type Sequence } from './accounting/sequences.ts';
export { listStatistics, type MonthStatistics } from './accounting/statistics.ts';
export { listTermsOfPayment, type TermOfPayment } from './accounting/terms.ts';
export {
  type CurrentUser,
  type Domain,
  echo,
  getCurrentUser,
  getDmsFeature,
  listDomains,
} from './diagnostics.ts';
export type { Answer, DatevFailure, DatevMessage, FailureKind, ListEnd } from './failure.ts';
export { createGate, type Gate } from './gate.ts';
export { type Operation, operations } from './operations.ts';
export { createSession, type DatevSession, PARALLEL_CALLS, type SessionSettings } from './session.ts';
export { lookAtCertificate, type SeenCertificate } from './transport/certificate.ts';
export { type OpenedTransport, openTransport, type TransportSettings } from './transport/openTransport.ts';
export type { Credentials, Transport, WireAnswer, WireCall } from './transport/transport.ts';
