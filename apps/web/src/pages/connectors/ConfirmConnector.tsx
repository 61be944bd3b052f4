import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';
import { Fingerprint } from './Fingerprint.tsx';

type Props = { firmId: string; connector: { id: string; machine: string; fingerprint: string } };

/** The fingerprint is compared with what the machine shows; only then does the connector get orders. */
export function ConfirmConnector({ firmId, connector }: Props) {
  const { connectors: words } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const [isSame, setSame] = useState(false);
  const { id: connectorId, machine, fingerprint } = connector;
  const confirm = useAct(api.connectors.confirm, {
    stale: [api.connectors.list, api.datevconnect.card],
    onDone: () => {
      setOpen(false);
      toast({ tone: 'ok', text: words.confirmDone });
    },
  });
  return (
    <>
      <Button kind="primary" onPress={() => setOpen(true)}>
        {words.confirm}
      </Button>
      <ConfirmDialog
        title={words.confirmTitle(machine)}
        isOpen={isOpen}
        onClose={() => {
          setOpen(false);
          setSame(false);
        }}
        onConfirm={() => confirm.mutate({ params: { firmId, connectorId }, body: { fingerprint } })}
        confirm={words.confirmDo}
        isPending={confirm.isPending}
        isDisabled={!isSame}
      >
        <p>{words.confirmText}</p>
        <Fingerprint text={fingerprint} large />
        <p className="quiet">{words.confirmWarning}</p>
        <Checkbox isSelected={isSame} onChange={setSame}>
          {words.confirmSame(machine)}
        </Checkbox>
        {confirm.error && <ProblemBanner error={confirm.error} />}
      </ConfirmDialog>
    </>
  );
}
