import type { DeliveryPhase, VoucherStatus } from '@bruecke/model';
import type { Texts } from '../../i18n/texts.ts';
import type { IconName } from '../../ui/Icon.tsx';
import type { Tone } from '../../ui/StateBadge.tsx';

type Look = { tone: Tone; icon: IconName };

export const statusLook: Record<VoucherStatus, Look> = {
  received: { tone: 'wait', icon: 'dotted' },
  waiting: { tone: 'wait', icon: 'clock' },
  delivered: { tone: 'ok', icon: 'circleCheck' },
  question: { tone: 'warn', icon: 'question' },
  error: { tone: 'bad', icon: 'octagon' },
};

export const phaseLook: Record<DeliveryPhase, Look> = {
  waiting: { tone: 'wait', icon: 'clock' },
  sending: { tone: 'wait', icon: 'upload' },
  question: { tone: 'warn', icon: 'question' },
  failed: { tone: 'bad', icon: 'octagon' },
  arrived: { tone: 'ok', icon: 'circleCheck' },
  settled: { tone: 'ok', icon: 'check' },
  cancelled: { tone: 'wait', icon: 'close' },
  unresolved: { tone: 'warn', icon: 'triangle' },
};

type CauseName = keyof Texts['vouchers']['causes'];

/** DATEV's codes that lead to a sentence of their own (cloud.md B.2); our own names stand for themselves. */
const byCode: Readonly<Record<string, CauseName>> = {
  DCO01253: 'duplicateFile',
  DCO01010: 'documentTypeUnknown',
  DCO01300: 'documentTypeBlocked',
  DCO01015: 'fileTypeRefused',
  DCO01215: 'fileTypeRefused',
  DCO01219: 'contentMismatch',
  DCO01016: 'tooLarge',
  DCO01216: 'tooLarge',
  DCO01243: 'virus',
  DCO01245: 'unreadable',
  DCO01231: 'belegfreigabe',
  DCO01009: 'datasetMissing',
  DCO01019: 'datasetMissing',
  DCO01020: 'unavailable',
  datasetInconsistent: 'datasetMissing',
  accessRefused: 'signInLost',
  needsReauth: 'signInLost',
  consentRefused: 'signInLost',
  loginMismatch: 'signInLost',
  scopeMissing: 'signInLost',
  appNotAllowed: 'programError',
  misuse: 'programError',
  rateLimited: 'unavailable',
  unreachable: 'unavailable',
  unclear: 'unavailable',
  connection_paused: 'paused',
  connection_severed: 'severed',
  connection_needs_reauth: 'signInLost',
  connection_misconfigured: 'other',
  connection_degraded: 'unavailable',
};

/** Which sentence explains a cause: the code's own, the name's own, or the general one. */
export function causeName(code: string, causes: Texts['vouchers']['causes']): CauseName {
  const mapped = byCode[code];
  if (mapped) return mapped;
  const named = Object.keys(causes).find((name): name is CauseName => name === code);
  if (named) return named;
  return /^DCO|^\d/.test(code) ? 'unknownRefusal' : 'other';
}
