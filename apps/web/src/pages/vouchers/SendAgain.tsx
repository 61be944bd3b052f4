import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Delivery } from './answers.ts';
import { touchedByDelivery } from './touchedByDelivery.ts';

/** Ended, and there or perhaps there: a person may have a reason for a second run. */
type Sendable = 'arrived' | 'settled' | 'unresolved';

export function isSendableAgain(phase: Delivery['phase']): phase is Sendable {
  return phase === 'arrived' || phase === 'settled' || phase === 'unresolved';
}

type Props = { mandantId: string; voucherId: string; after: Sendable };

/** A second run, after the question whether it is meant. */
export function SendAgain({ mandantId, voucherId, after }: Props) {
  const { delivery } = useI18n().texts.vouchers;
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const again = useAct(api.vouchers.sendAgain, { stale: touchedByDelivery, onDone: () => setOpen(false) });
  return (
    <div>
      <Button kind="quiet" onPress={() => setOpen(true)}>
        {delivery.sendAgain}
      </Button>
      <ConfirmDialog
        title={delivery.sendAgainTitle}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        onConfirm={() => again.mutate({ params: { mandantId, voucherId }, body: { reason: reason.trim() } })}
        confirm={delivery.sendAgainConfirm}
        isPending={again.isPending}
        isDisabled={reason.trim().length < 3}
      >
        <p>
          {delivery.sendAgainAfter[after]} {delivery.sendAgainText}
        </p>
        <TextField label={delivery.sendAgainReason} value={reason} onChange={setReason} maxLength={200} />
        {again.error && <ProblemBanner error={again.error} />}
      </ConfirmDialog>
    </div>
  );
}
