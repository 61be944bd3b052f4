import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';

type Props = { firmId: string; connectorId: string; isOpen: boolean; onClose: () => void };

/** Asks for a new key pair; the connector makes it at its next contact. */
export function RenewKey({ firmId, connectorId, isOpen, onClose }: Props) {
  const { key: words } = useTexts().connectors;
  const ask = useAct(api.connectors.askKeyChange, {
    stale: [api.connectors.list],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.done });
    },
  });
  return (
    <ConfirmDialog
      title={words.title}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => ask.mutate({ params: { firmId, connectorId } })}
      confirm={words.action}
      isPending={ask.isPending}
    >
      <p>{words.text}</p>
      {ask.error && <ProblemBanner error={ask.error} />}
    </ConfirmDialog>
  );
}
