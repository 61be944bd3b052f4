import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';

/** What is asked before it is done to a connector. */
export type ConnectorAct = 'key' | 'revoke' | 'remove';

const endpoints = {
  key: api.connectors.askKeyChange,
  revoke: api.connectors.revoke,
  remove: api.connectors.remove,
} as const satisfies Record<ConnectorAct, unknown>;

type Props = {
  firmId: string;
  connector: { id: string; machine: string };
  act: ConnectorAct;
  /** Mandanten that get no more figures by it. */
  affected?: number;
  isOpen: boolean;
  onClose: () => void;
};

/** Asks for a new key, revokes or removes: a question, what it means, and the act. What cannot be taken back is red, removing typed. */
export function ConnectorDialog({ firmId, connector, act, affected = 0, isOpen, onClose }: Props) {
  const { connectors } = useTexts();
  const words = connectors[act];
  const does = useAct(endpoints[act], {
    stale: [api.connectors.list],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.done });
    },
  });
  return (
    <ConfirmDialog
      title={typeof words.title === 'string' ? words.title : words.title(connector.machine)}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => does.mutate({ params: { firmId, connectorId: connector.id } })}
      confirm={words.action}
      danger={act !== 'key'}
      isPending={does.isPending}
      {...(act === 'remove' ? { typed: connector.machine } : {})}
    >
      <p>{words.text}</p>
      {affected > 0 && <p>{connectors.revoke.affected(affected)}</p>}
      {does.error && <ProblemBanner error={does.error} />}
    </ConfirmDialog>
  );
}
