import type { DeliveryPhase, VoucherStatus } from '@bruecke/model';
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
  settled: { tone: 'wait', icon: 'check' },
  cancelled: { tone: 'wait', icon: 'close' },
  unresolved: { tone: 'warn', icon: 'triangle' },
};
