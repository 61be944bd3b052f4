import type { Texts } from './texts.ts';

export type CauseName = keyof Texts['causes']['texts'];
export type CauseWords = {
  what: string;
  why: string;
  next: string;
  /** Who can do the next step, in words. */
  who: string;
};

/** Whatever the server calls a cause: DATEV's codes (cloud.md B.2), kinds of failures, states of a connection. */
const nameOf: Readonly<Record<string, CauseName>> = {
  DCO01005: 'scopeMissing',
  DCO01009: 'accountBasicsInconsistent',
  DCO01010: 'documentTypeUnknown',
  DCO01013: 'appNotAllowed',
  DCO01015: 'fileType',
  DCO01016: 'tooLarge',
  DCO01019: 'datasetMissing',
  DCO01020: 'datevUnavailable',
  DCO01215: 'fileType',
  DCO01216: 'tooLarge',
  DCO01219: 'contentMismatch',
  DCO01231: 'belegfreigabe',
  DCO01243: 'virus',
  DCO01245: 'unreadable',
  DCO01246: 'mergeImpossible',
  DCO01247: 'mergeImpossible',
  DCO01248: 'mergeImpossible',
  DCO01249: 'mergeImpossible',
  DCO01250: 'mergeImpossible',
  DCO01251: 'mergeImpossible',
  DCO01127: 'mergeImpossible',
  DCO01232: 'mergeImpossible',
  DCO01253: 'duplicateFile',
  DCO01300: 'documentTypeBlocked',
  '1008829': 'scopeMissing',
  datasetInconsistent: 'accountBasicsInconsistent',
  fileTypeRefused: 'fileType',
  accessRefused: 'signInLost',
  needsReauth: 'signInLost',
  needs_reauth: 'signInLost',
  refused: 'signInLost',
  revoked: 'endedHere',
  ended: 'endedHere',
  misuse: 'programError',
  tooManyFiles: 'mergeImpossible',
  unavailable: 'datevUnavailable',
  unreachable: 'datevUnavailable',
  datev_numbers_differ: 'numbersDiffer',
  timeout: 'unclear',
  cut: 'unclear',
  notOpened: 'datevUnavailable',
  serverError: 'unclear',
  unreadableAnswer: 'unclear',
  connection_paused: 'paused',
  connection_severed: 'severed',
  connection_needs_reauth: 'signInLost',
  connection_misconfigured: 'misconfigured',
  connection_degraded: 'datevUnavailable',
};

/** DATEV's codes for mistakes in the request itself; the person who handed in can do nothing about them. */
const ourMistakes = /^DCO01(001|004|008|017|018|217|218|22[02-7]|22[89]|230|233|234|24[0-2]|252)$/;

/** The entry of the catalogue for a code; a code nobody has described leads to a general one. */
export function causeName(code: string, texts: Texts): CauseName {
  const bare = code.replace(/^#/, '');
  const mapped = nameOf[bare];
  if (mapped) return mapped;
  if (ourMistakes.test(bare)) return 'programError';
  const own = Object.keys(texts.causes.texts).find((name): name is CauseName => name === bare);
  if (own) return own;
  return /^DCO\d|^\d+$/.test(bare) ? 'unknownRefusal' : 'other';
}

/** What a cause means, why it matters, what to do and who can: the one place every page asks. */
export function describeCause(code: string, texts: Texts): CauseWords {
  const { what, why, next, who } = texts.causes.texts[causeName(code, texts)];
  return { what, why, next, who: texts.causes.who[who] };
}
