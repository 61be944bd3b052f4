import { api } from '@bruecke/contract';
import { canBeThere } from '@bruecke/model';
import { useState } from 'react';
import { useAct, useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { Skeleton } from '../../ui/States.tsx';
import type { Delivery } from './answers.ts';
import { touchedByDelivery } from './touchedByDelivery.ts';

/** What a person can decide about a Rückfrage; nothing that its cause rules out. */
export function VoucherDecision({ run, mandantId }: { run: Delivery; mandantId: string }) {
  const { delivery } = useI18n().texts.vouchers;
  const [type, setType] = useState<string | null>(null);
  const [isConfirming, setConfirming] = useState(false);
  const decide = useAct(api.vouchers.decide, { stale: touchedByDelivery, onDone: () => setConfirming(false) });
  const cause = run.cause?.detail ?? null;
  const wantsType = cause === 'documentTypeUnknown' || cause === 'documentTypeBlocked';
  const mayBeThere = canBeThere({ maybeThere: run.maybeThere, cause });
  const choose = (decision: 'sendAnyway' | 'confirmThere') => {
    const chosen = decision === 'sendAnyway' && type !== null ? { documentType: type === noType ? null : type } : {};
    decide.mutate({ params: { mandantId, deliveryId: run.id }, body: { decision, ...chosen } });
  };
  return (
    <>
      {wantsType && <TypeChoice mandantId={mandantId} value={type} onChange={setType} />}
      <div className="row">
        <Button
          {...(wantsType || !mayBeThere ? { kind: 'primary' } : {})}
          isPending={decide.isPending}
          isDisabled={wantsType && type === null}
          onPress={() => choose('sendAnyway')}
        >
          {wantsType ? delivery.sendWithType : delivery.sendAnyway}
        </Button>
        {mayBeThere && (
          <Button isDisabled={decide.isPending} onPress={() => setConfirming(true)}>
            {delivery.confirmThere}
          </Button>
        )}
      </div>
      <ConfirmDialog
        title={delivery.confirmThereTitle}
        isOpen={isConfirming}
        onClose={() => setConfirming(false)}
        onConfirm={() => choose('confirmThere')}
        confirm={delivery.confirmThereConfirm}
        isPending={decide.isPending}
      >
        <p>{delivery.confirmThereText}</p>
      </ConfirmDialog>
      {decide.error && <ProblemBanner error={decide.error} />}
    </>
  );
}

const noType = '*';

/** The Belegtypen of the dataset, and none: sent as it was, the voucher would be asked about again. */
function TypeChoice(props: { mandantId: string; value: string | null; onChange: (value: string) => void }) {
  const { fields, delivery } = useI18n().texts.vouchers;
  const rules = useAsk(api.vouchers.handInRules, { params: { mandantId: props.mandantId } });
  return (
    <Loaded query={rules} waiting={<Skeleton lines={2} />}>
      {({ documentTypes }) => (
        <>
          <Select
            label={fields.type}
            options={[
              { value: noType, label: fields.noType },
              ...documentTypes.map(({ name }) => ({ value: name, label: name })),
            ]}
            value={props.value}
            onChange={props.onChange}
          />
          {documentTypes.length === 0 && <p className="small quiet">{delivery.noTypesKnown}</p>}
        </>
      )}
    </Loaded>
  );
}
