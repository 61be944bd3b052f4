import type { Answer, DatevFailure, UploadedDocument } from '@bruecke/datev-online';
import { type DeliveryEvent, sameDocumentGuid } from '@bruecke/model';

/** What one attempt came to. Closed; `failure` carries code, help address and ids for the attempt's record. */
export type Outcome =
  /** 201. `remarks`: it arrived, and something about it is worth a look. */
  | { readonly kind: 'arrived'; readonly document: UploadedDocument; readonly remarks: readonly ArrivalRemark[] }
  /** 409 for our own GUID: an earlier answer was lost. */
  | { readonly kind: 'arrivedBefore'; readonly failure: DatevFailure }
  /** DCO01253 where only an attempt of this delivery can have brought the file ("durch DCO01253 belegt"). */
  | { readonly kind: 'arrivedByDuplicateRule'; readonly failure: DatevFailure }
  | { readonly kind: 'askPerson'; readonly cause: AskCause; readonly failure: DatevFailure }
  /** This file will not be taken as it is. */
  | { readonly kind: 'refused'; readonly cause: RefusalCause; readonly failure: DatevFailure }
  /** Not this voucher but its connection: the rest waits too. */
  | { readonly kind: 'connection'; readonly cause: ConnectionCause; readonly failure: DatevFailure }
  /** Certainly not taken; again, not before `afterSeconds` where DATEV said so. */
  | {
      readonly kind: 'retry';
      readonly cause: 'rateLimited' | 'unavailable' | 'unreachable';
      readonly afterSeconds: number | null;
      readonly failure: DatevFailure;
    }
  /** May have been taken: the same PUT again. */
  | {
      readonly kind: 'unclear';
      readonly cause: 'timeout' | 'cut' | 'serverError' | 'unreadableAnswer';
      readonly afterSeconds: number | null;
      readonly failure: DatevFailure;
    };

export type ArrivalRemark = 'otherGuid' | 'otherSize' | 'otherDocumentType';
export type AskCause = 'duplicateFile' | 'documentTypeUnknown' | 'documentTypeBlocked' | 'unknownRefusal';
export type RefusalCause =
  | 'fileType'
  | 'contentMismatch'
  | 'tooLarge'
  | 'empty'
  | 'virus'
  | 'unreadable'
  | 'programError';

/**
 * `accessRefused`: refresh once and send again; refused a second time it is `needs_reauth`. `needs_reauth` and
 * `scopeMissing` lead to the state `needs_reauth`, the others to `misconfigured`.
 */
export type ConnectionCause =
  | 'accessRefused'
  | 'needs_reauth'
  | 'scopeMissing'
  | 'rightMissing'
  | 'datasetMissing'
  | 'accountBasicsInconsistent'
  | 'belegfreigabe'
  | 'appNotAllowed';

/** What was sent, to be held against what DATEV says arrived. */
export interface SentDocument {
  readonly documentGuid: string;
  readonly size: number;
  readonly documentType: string | null;
}

export interface InterpretInput {
  readonly answer: Answer<UploadedDocument>;
  /**
   * Whether a file of the sent name can only be at DATEV because of this very delivery: an attempt of it ended without an answer, and no
   * other run of its voucher can have brought it there.
   */
  readonly onlyOursCanBeThere: boolean;
  readonly sent: SentDocument;
}

/** Reads an answer. Pure: the same answer in the same situation always means the same. */
export function interpret({ answer, onlyOursCanBeThere, sent }: InterpretInput): Outcome {
  if (answer.ok) return { kind: 'arrived', document: answer.value, remarks: remarksOf(answer.value, sent) };
  const { failure } = answer;
  switch (failure.kind) {
    case 'arrivedBefore':
      return { kind: 'arrivedBefore', failure };
    case 'duplicateFile':
      return onlyOursCanBeThere
        ? { kind: 'arrivedByDuplicateRule', failure }
        : { kind: 'askPerson', cause: 'duplicateFile', failure };
    case 'documentTypeUnknown':
    case 'documentTypeBlocked':
    case 'unknownRefusal':
      return { kind: 'askPerson', cause: failure.kind, failure };
    case 'accessRefused':
    case 'scopeMissing':
    case 'rightMissing':
    case 'datasetMissing':
    case 'belegfreigabe':
    case 'appNotAllowed':
      return { kind: 'connection', cause: failure.kind, failure };
    case 'needsReauth':
    // The sign-in kinds never come from an upload; if one does, a person signs in anew.
    case 'consentRefused':
    case 'loginMismatch':
      return { kind: 'connection', cause: 'needs_reauth', failure };
    case 'datasetInconsistent':
      return { kind: 'connection', cause: 'accountBasicsInconsistent', failure };
    case 'fileTypeRefused':
      return { kind: 'refused', cause: 'fileType', failure };
    case 'contentMismatch':
    case 'virus':
    case 'unreadable':
      return { kind: 'refused', cause: failure.kind, failure };
    case 'tooLarge':
      return { kind: 'refused', cause: failure.code === 'empty' ? 'empty' : 'tooLarge', failure };
    case 'mergeImpossible':
    case 'tooManyFiles':
    // We send one file, so these two can only mean that the program is wrong.
    case 'misuse':
      return { kind: 'refused', cause: 'programError', failure };
    case 'rateLimited':
    case 'unavailable':
    case 'unreachable':
      return { kind: 'retry', cause: failure.kind, afterSeconds: failure.retryAfterSeconds, failure };
    case 'unclear':
      return { kind: 'unclear', cause: unclearCause(failure), afterSeconds: failure.retryAfterSeconds, failure };
  }
}

function unclearCause(failure: DatevFailure): 'timeout' | 'cut' | 'serverError' | 'unreadableAnswer' {
  if (failure.broken === 'timeout' || failure.broken === 'unreadableAnswer') return failure.broken;
  return failure.status === null ? 'cut' : 'serverError';
}

function remarksOf(document: UploadedDocument, sent: SentDocument): ArrivalRemark[] {
  const size = document.files[0]?.size ?? null;
  return [
    ...(document.id !== null && !sameDocumentGuid(document.id, sent.documentGuid) ? (['otherGuid'] as const) : []),
    ...(document.files.length === 1 && size !== null && size !== sent.size ? (['otherSize'] as const) : []),
    ...(document.documentType !== null && document.documentType !== (sent.documentType ?? '')
      ? (['otherDocumentType'] as const)
      : []),
  ];
}

/** The event of the delivery's state table that an outcome is. */
export function deliveryEventOf(outcome: Outcome): DeliveryEvent {
  switch (outcome.kind) {
    case 'arrived':
    case 'arrivedBefore':
    case 'arrivedByDuplicateRule':
      return 'arrived';
    case 'askPerson':
      return 'ask';
    case 'refused':
      return 'refuse';
    case 'connection':
      return 'hold';
    case 'retry':
      return 'postpone';
    case 'unclear':
      return 'noAnswer';
  }
}

/** The state of the connection that a `connection` outcome leads to; null while refreshing once may still help. */
export function connectionStateOf(cause: ConnectionCause): 'needs_reauth' | 'misconfigured' | null {
  if (cause === 'accessRefused') return null;
  return cause === 'needs_reauth' || cause === 'scopeMissing' ? 'needs_reauth' : 'misconfigured';
}
