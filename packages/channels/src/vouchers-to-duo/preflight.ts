import {
  type Answer,
  accountingDocuments,
  type ClientBasics,
  type DatevFailure,
  type DocumentType,
  type DuoVersion,
  type FiscalYear,
  technicalClientId,
} from '@bruecke/datev-online';
import type { DatasetNumbers } from '@bruecke/model';
import type { ChannelSession } from './send.ts';

/** What DATEV says about a stock; to be stored with the time it was read. */
export interface DatasetFacts extends DatasetNumbers {
  readonly companyName: string;
  /** null: DATEV did not say. */
  readonly belegeOnline: boolean | null;
  readonly documentTypes: readonly DocumentType[];
  /** Lower case, without dots; empty when DATEV did not say. */
  readonly allowedExtensions: readonly string[];
  readonly fiscalYears: readonly FiscalYear[];
}

export type FindingCode =
  | 'reachable'
  | 'datasetMissing'
  | 'numbersDiffer'
  | 'belegeNotAvailable'
  | 'rightMissing'
  | 'serviceMissing'
  | 'documentTypesMissing'
  | 'fiscalYearMissing'
  | 'belegfreigabe'
  | 'datevUnavailable'
  | 'signInLost'
  | 'appNotAllowed'
  | 'accountBasicsInconsistent';

export interface Finding {
  readonly code: FindingCode;
  readonly severity: 'ok' | 'warning' | 'blocking';
  /** DATEV's own help page, where its answer named one (G-31). */
  readonly helpUrl: string | null;
  /** DATEV's code, or what is missing; for the technically minded. */
  readonly detail: string | null;
}

export interface Preflight {
  /**
   * - `ready`: sending may begin (warnings are possible).
   * - `blocked`: someone has to do something at DATEV or in the settings.
   * - `accessRefused`: refresh the access token once and check again.
   * - `signInLost`: a person must sign in.
   * - `unavailable`: nothing is known; later again.
   */
  readonly verdict: 'ready' | 'blocked' | 'accessRefused' | 'signInLost' | 'unavailable';
  readonly findings: readonly Finding[];
  /** null unless the client itself could be read. */
  readonly dataset: DatasetFacts | null;
  /** The first failure, for the record. */
  readonly failure: DatevFailure | null;
}

export interface PreflightInput {
  readonly dataset: DatasetNumbers;
  /** Today in Germany, `YYYY-MM-DD`: a fiscal year should cover it. */
  readonly today: string;
}

/**
 * The check before a batch of sends (D-01, D-03, D-05): the single client of accounting:documents, its document types, the
 * file types it takes. Three reads, one after the other and no more than needed, so that a broken connection costs one
 * refused call and not three (G-32, G-34). Works with a long-term token of this client.
 */
export async function preflight(session: ChannelSession, input: PreflightInput): Promise<Preflight> {
  const { settings, runtime, accessToken } = session;
  const clientId = technicalClientId(input.dataset.consultantNumber, input.dataset.mandantNumber);
  const call = { accessToken, clientId };
  const client = await accountingDocuments.getClient(settings, runtime, call);
  if (!client.ok) return failed('client', client.failure, null);
  const types = await accountingDocuments.listDocumentTypes(settings, runtime, call);
  if (!types.ok) return failed('documentTypes', types.failure, facts(client.value, [], null));
  const version = await accountingDocuments.getDuoVersion(settings, runtime, call);
  return judge(input, client.value, types.value, version);
}

function judge(
  input: PreflightInput,
  client: ClientBasics,
  types: readonly DocumentType[],
  version: Answer<DuoVersion>,
): Preflight {
  const dataset = facts(client, types, version.ok ? version.value : null);
  const findings: Finding[] = [
    ...(sameNumbers(input.dataset, client) ? [] : [finding('numbersDiffer', 'blocking')]),
    ...(client.belegeOnlineAvailable === false ? [finding('belegeNotAvailable', 'blocking')] : []),
    ...(types.length === 0 ? [finding('documentTypesMissing', 'warning')] : []),
    ...(coversToday(client.fiscalYears, input.today) ? [] : [finding('fiscalYearMissing', 'warning', input.today)]),
    // Only a comfort: without the list DATEV itself refuses what it does not take.
    ...(version.ok ? [] : [finding('datevUnavailable', 'warning', 'duo-version', version.failure)]),
  ];
  const blocked = findings.some((found) => found.severity === 'blocking');
  return {
    verdict: blocked ? 'blocked' : 'ready',
    findings: blocked ? findings : [finding('reachable', 'ok'), ...findings],
    dataset,
    failure: version.ok ? null : version.failure,
  };
}

function facts(client: ClientBasics, types: readonly DocumentType[], version: DuoVersion | null): DatasetFacts {
  return {
    consultantNumber: client.consultantNumber,
    mandantNumber: client.clientNumber,
    companyName: client.name,
    belegeOnline: client.belegeOnlineAvailable,
    documentTypes: types,
    allowedExtensions: version?.fileExtensions ?? [],
    fiscalYears: client.fiscalYears,
  };
}

function sameNumbers(dataset: DatasetNumbers, client: ClientBasics): boolean {
  return dataset.consultantNumber === client.consultantNumber && dataset.mandantNumber === client.clientNumber;
}

function coversToday(years: readonly FiscalYear[], today: string): boolean {
  return years.some((year) => year.start <= today && today <= year.end);
}

function failed(step: 'client' | 'documentTypes', failure: DatevFailure, dataset: DatasetFacts | null): Preflight {
  const [verdict, code] = meaningOf(step, failure);
  return { verdict, findings: [finding(code, 'blocking', failure.code, failure)], dataset, failure };
}

function meaningOf(step: 'client' | 'documentTypes', failure: DatevFailure): [Preflight['verdict'], FindingCode] {
  switch (failure.kind) {
    case 'accessRefused':
      return ['accessRefused', 'signInLost'];
    case 'needsReauth':
    case 'consentRefused':
    case 'loginMismatch':
    case 'scopeMissing':
      return ['signInLost', 'signInLost'];
    case 'rightMissing':
      return ['blocked', 'rightMissing'];
    case 'datasetMissing':
      // The client was there a moment ago: then it is the service that is not.
      return [
        'blocked',
        step === 'client' ? (failure.status === 404 ? 'datasetMissing' : 'belegeNotAvailable') : 'serviceMissing',
      ];
    case 'datasetInconsistent':
      return ['blocked', 'accountBasicsInconsistent'];
    case 'belegfreigabe':
      return ['blocked', 'belegfreigabe'];
    case 'appNotAllowed':
      return ['blocked', 'appNotAllowed'];
    default:
      return ['unavailable', 'datevUnavailable'];
  }
}

function finding(
  code: FindingCode,
  severity: Finding['severity'],
  detail: string | null = null,
  failure: DatevFailure | null = null,
): Finding {
  return { code, severity, helpUrl: failure?.helpUrl ?? null, detail };
}
