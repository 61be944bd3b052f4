import type { FailureKind } from './failure.ts';

/** Who can end this failure, seen from the product that calls. */
export type Handling =
  | 'countAsArrived'
  | 'askPerson'
  | 'refuseFile'
  | 'signInAgain'
  | 'pauseConnection'
  | 'tellOperator'
  | 'sendSingly'
  | 'retryLater'
  | 'repeatWithSameGuid'
  | 'fixProgram';

/** How each kind is to be handled, whichever code or status led to it. */
export const handlingOf: Readonly<Record<FailureKind, Handling>> = {
  arrivedBefore: 'countAsArrived',
  duplicateFile: 'askPerson',
  accessRefused: 'signInAgain',
  needsReauth: 'signInAgain',
  consentRefused: 'signInAgain',
  loginMismatch: 'signInAgain',
  scopeMissing: 'signInAgain',
  rightMissing: 'pauseConnection',
  appNotAllowed: 'tellOperator',
  datasetMissing: 'pauseConnection',
  datasetInconsistent: 'pauseConnection',
  belegfreigabe: 'pauseConnection',
  documentTypeUnknown: 'askPerson',
  documentTypeBlocked: 'askPerson',
  fileTypeRefused: 'refuseFile',
  contentMismatch: 'refuseFile',
  tooLarge: 'refuseFile',
  virus: 'refuseFile',
  unreadable: 'refuseFile',
  mergeImpossible: 'sendSingly',
  tooManyFiles: 'sendSingly',
  rateLimited: 'retryLater',
  unavailable: 'retryLater',
  unreachable: 'retryLater',
  unclear: 'repeatWithSameGuid',
  misuse: 'fixProgram',
  unknownRefusal: 'askPerson',
};

/** One documented error code of accounting:documents or accounting:clients. */
export interface ErrorCode {
  readonly code: string;
  readonly statuses: readonly number[];
  readonly kind: FailureKind;
  /** Our own words. */
  readonly meaning: string;
}

function entry(code: string, statuses: number | readonly number[], kind: FailureKind, meaning: string): ErrorCode {
  return { code, statuses: typeof statuses === 'number' ? [statuses] : statuses, kind, meaning };
}

/** Every code that DATEV documents for the two interfaces (cloud.md B.1, B.2; OpenAPI clients 2.0, documents 2.1.12). */
export const errorCodes: readonly ErrorCode[] = [
  entry('DCO01001', 400, 'misuse', 'upload modification invalid'),
  entry('DCO01004', 400, 'misuse', 'multipart body broken or file missing'),
  entry('DCO01005', [401, 403], 'scopeMissing', 'the token lacks a scope'),
  entry('DCO01008', 400, 'misuse', 'body cannot be read'),
  entry('DCO01009', 400, 'datasetInconsistent', 'the basic data of the account books contradict each other'),
  entry('DCO01010', 400, 'documentTypeUnknown', 'the client has no such document type'),
  entry('DCO01012', 409, 'arrivedBefore', 'the GUID is in use already'),
  entry('DCO01013', 403, 'appNotAllowed', 'the app may not make this call'),
  entry('DCO01015', 400, 'fileTypeRefused', 'file type refused (old Belege online)'),
  entry('DCO01016', 400, 'tooLarge', 'more than 20 MB (old Belege online)'),
  entry('DCO01017', 400, 'misuse', 'a parameter is missing'),
  entry('DCO01018', 400, 'misuse', 'a header is missing'),
  entry('DCO01019', 400, 'datasetMissing', 'the client has no valid Belege stock'),
  entry('DCO01020', [400, 503], 'unavailable', 'an inner service is down'),
  entry('DCO01127', 400, 'tooManyFiles', 'more than 50 files to staple'),
  entry('DCO01215', 400, 'fileTypeRefused', 'file type refused (new Belege online)'),
  entry('DCO01216', 400, 'tooLarge', 'more than 20 MB (new Belege online)'),
  entry('DCO01217', 400, 'misuse', 'metadata part cannot be read'),
  entry('DCO01218', 400, 'misuse', 'client data cannot be read'),
  entry('DCO01219', 400, 'contentMismatch', 'content does not match the extension'),
  entry('DCO01220', 400, 'misuse', 'file part missing'),
  entry('DCO01222', 400, 'misuse', 'file name longer than 255'),
  entry('DCO01223', 400, 'misuse', 'note longer than 255'),
  entry('DCO01224', 400, 'misuse', 'category longer than 30'),
  entry('DCO01225', 400, 'misuse', 'folder longer than 30'),
  entry('DCO01226', 400, 'misuse', 'register longer than 30'),
  entry('DCO01227', 400, 'misuse', 'document type longer than 30'),
  entry('DCO01228', 400, 'misuse', 'client name longer than 100'),
  entry('DCO01229', 400, 'misuse', 'client version longer than 5'),
  entry('DCO01230', 400, 'misuse', 'client id longer than 100'),
  entry('DCO01231', 400, 'belegfreigabe', 'the client uses Belegfreigabe online'),
  entry('DCO01232', 400, 'tooManyFiles', 'several files where one is expected, or more than 10 to staple'),
  entry('DCO01233', 400, 'misuse', 'file name missing'),
  entry('DCO01234', 400, 'misuse', 'the GUID has a form that is not accepted'),
  entry('DCO01240', 400, 'misuse', 'upload medium longer than 4'),
  entry('DCO01241', 400, 'misuse', 'issuer longer than 255'),
  entry('DCO01242', 400, 'misuse', 'request id longer than 36'),
  entry('DCO01243', 400, 'virus', 'a virus was found'),
  entry('DCO01245', 400, 'unreadable', 'the PDF cannot be read'),
  entry('DCO01246', 400, 'mergeImpossible', 'signed documents cannot be stapled'),
  entry('DCO01247', 400, 'mergeImpossible', 'protected documents cannot be stapled'),
  entry('DCO01248', 400, 'mergeImpossible', 'XML cannot be stapled'),
  entry('DCO01249', 400, 'mergeImpossible', 'PDF/A cannot be stapled'),
  entry('DCO01250', 400, 'mergeImpossible', 'ZUGFeRD cannot be stapled'),
  entry('DCO01251', 400, 'mergeImpossible', 'this file reference cannot be stapled'),
  entry('DCO01252', 400, 'misuse', 'file name required'),
  entry('DCO01253', 400, 'duplicateFile', 'the same file (name and type) is in Belege online already'),
  entry('DCO01300', 400, 'documentTypeBlocked', 'payroll and travel types are closed: the client uses DATEV Personal'),
  entry('1008828', 400, 'misuse', 'skip, top or filter invalid'),
  entry('1008829', 403, 'scopeMissing', 'the token lacks a scope'),
];

const byCode = new Map(errorCodes.map((known) => [known.code, known]));

/** The entry for a code, or null for one that is not documented. */
export function lookUpErrorCode(code: string): ErrorCode | null {
  return byCode.get(code) ?? null;
}
