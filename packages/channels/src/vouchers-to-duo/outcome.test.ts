import { errorCodes, type FailureKind, failure, handlingOf, type UploadedDocument } from '@bruecke/datev-online';
import { describe, expect, it } from 'vitest';
import { connectionStateOf, deliveryEventOf, interpret, type Outcome } from './outcome.ts';

const sent = { documentGuid: 'E0A08953-FBAA-4054-AF36-993D5D68F040', size: 300, documentType: 'Kasse' };
const read = (kind: FailureKind, details = {}, onlyOursCanBeThere = false) =>
  interpret({ answer: { ok: false, failure: failure(kind, details) }, onlyOursCanBeThere, sent });
const trace = { status: 201, globalTransactionId: null, capRequestId: null, excerpt: '' };
const arrived = (document: Partial<UploadedDocument>) =>
  interpret({
    answer: { ok: true, trace, value: { id: null, files: [], documentType: null, note: null, ...document } },
    onlyOursCanBeThere: false,
    sent,
  });

describe('interpret', () => {
  it('reads 201 as arrival and remarks what differs', () => {
    const file = { id: null, name: null, size: 300, uploadDate: null, mediaType: null };
    expect(arrived({})).toMatchObject({ kind: 'arrived', remarks: [] });
    expect(arrived({ id: sent.documentGuid.toLowerCase(), files: [file], documentType: 'Kasse' })).toMatchObject({
      remarks: [],
    });
    expect(
      arrived({
        id: '00000000-0000-4000-8000-000000000000',
        files: [{ ...file, size: 299 }],
        documentType: 'Sonstige',
      }),
    ).toMatchObject({ kind: 'arrived', remarks: ['otherGuid', 'otherSize', 'otherDocumentType'] });
  });

  it('reads DCO01253 by what came before it', () => {
    expect(read('duplicateFile', { code: 'DCO01253' }, false)).toMatchObject({
      kind: 'askPerson',
      cause: 'duplicateFile',
    });
    expect(read('duplicateFile', { code: 'DCO01253' }, true)).toMatchObject({ kind: 'arrivedByDuplicateRule' });
  });

  it('reads 409 for our own GUID as arrival, whatever came before', () => {
    for (const before of [false, true])
      expect(read('arrivedBefore', {}, before)).toMatchObject({ kind: 'arrivedBefore' });
  });

  it.each<[FailureKind, object, Outcome['kind'], string]>([
    ['accessRefused', {}, 'connection', 'accessRefused'],
    ['needsReauth', {}, 'connection', 'needs_reauth'],
    ['scopeMissing', {}, 'connection', 'scopeMissing'],
    ['rightMissing', {}, 'connection', 'rightMissing'],
    ['datasetMissing', {}, 'connection', 'datasetMissing'],
    ['datasetInconsistent', {}, 'connection', 'accountBasicsInconsistent'],
    ['belegfreigabe', {}, 'connection', 'belegfreigabe'],
    ['appNotAllowed', {}, 'connection', 'appNotAllowed'],
    ['documentTypeUnknown', {}, 'askPerson', 'documentTypeUnknown'],
    ['documentTypeBlocked', {}, 'askPerson', 'documentTypeBlocked'],
    ['unknownRefusal', {}, 'askPerson', 'unknownRefusal'],
    ['fileTypeRefused', {}, 'refused', 'fileType'],
    ['contentMismatch', {}, 'refused', 'contentMismatch'],
    ['tooLarge', {}, 'refused', 'tooLarge'],
    ['tooLarge', { code: 'empty' }, 'refused', 'empty'],
    ['virus', {}, 'refused', 'virus'],
    ['unreadable', {}, 'refused', 'unreadable'],
    ['misuse', {}, 'refused', 'programError'],
    ['tooManyFiles', {}, 'refused', 'programError'],
    ['rateLimited', { retryAfterSeconds: 30 }, 'retry', 'rateLimited'],
    ['unavailable', {}, 'retry', 'unavailable'],
    ['unreachable', {}, 'retry', 'unreachable'],
    ['unclear', { broken: 'timeout' }, 'unclear', 'timeout'],
    ['unclear', { broken: 'cut' }, 'unclear', 'cut'],
    ['unclear', { status: 502 }, 'unclear', 'serverError'],
    ['unclear', { status: 200, broken: 'unreadableAnswer' }, 'unclear', 'unreadableAnswer'],
  ])('reads %s %j as %s: %s', (kind, details, outcome, cause) => {
    expect(read(kind, details)).toMatchObject({ kind: outcome, cause });
  });

  it('hands on how long to wait', () => {
    expect(read('rateLimited', { retryAfterSeconds: 30 })).toMatchObject({ afterSeconds: 30 });
    expect(read('unclear', { retryAfterSeconds: 7 })).toMatchObject({ afterSeconds: 7 });
  });

  it('never calls a doubt certain: only what the protocol proves is arrived, only what precedes any work is postponed', () => {
    // The list of kinds is the table's own, so a new kind cannot slip past.
    const kinds = Object.keys(handlingOf) as FailureKind[];
    for (const kind of kinds) {
      for (const before of [false, true]) {
        const event = deliveryEventOf(read(kind, {}, before));
        expect(event === 'arrived', kind).toBe(kind === 'arrivedBefore' || (kind === 'duplicateFile' && before));
        expect(event === 'postpone', kind).toBe(['rateLimited', 'unavailable', 'unreachable'].includes(kind));
        expect(event === 'noAnswer', kind).toBe(kind === 'unclear');
      }
    }
    for (const { kind } of errorCodes) expect(read(kind)).toBeDefined();
  });

  it('leads every connection cause to a state, but for the one that a refresh may cure', () => {
    expect(connectionStateOf('accessRefused')).toBeNull();
    expect(connectionStateOf('needs_reauth')).toBe('needs_reauth');
    expect(connectionStateOf('scopeMissing')).toBe('needs_reauth');
    for (const cause of [
      'rightMissing',
      'datasetMissing',
      'accountBasicsInconsistent',
      'belegfreigabe',
      'appNotAllowed',
    ] as const) {
      expect(connectionStateOf(cause)).toBe('misconfigured');
    }
  });
});
