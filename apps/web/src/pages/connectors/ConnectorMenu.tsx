import { api } from '@bruecke/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { toast } from '../../ui/Toast.tsx';
import type { Connector } from './answers.ts';
import { RenewKey } from './RenewKey.tsx';

type Props = { firmId: string; connector: Connector };

/** What is done rarely: a new key, revoking, removing, and what was done before. */
export function ConnectorMenu({ firmId, connector }: Props) {
  const { connectors: words } = useTexts();
  const [open, setOpen] = useState<'key' | 'revoke' | 'remove' | null>(null);
  const navigate = useNavigate();
  const close = () => setOpen(null);
  return (
    <>
      <MenuButton
        label={words.menu(connector.machine)}
        items={
          <>
            <MenuItem
              icon="history"
              onAction={() => void navigate({ to: paths.firmHistory, search: { art: 'connector' } })}
            >
              {words.history}
            </MenuItem>
            {connector.state === 'confirmed' && (
              <MenuItem icon="key" onAction={() => setOpen('key')}>
                {words.key.action}
              </MenuItem>
            )}
            {connector.state !== 'revoked' && (
              <MenuItem icon="cut" danger onAction={() => setOpen('revoke')}>
                {words.revoke.action}
              </MenuItem>
            )}
            <MenuItem icon="trash" danger onAction={() => setOpen('remove')}>
              {words.remove.action}
            </MenuItem>
          </>
        }
      />
      <RenewKey firmId={firmId} connectorId={connector.id} isOpen={open === 'key'} onClose={close} />
      <Revoke firmId={firmId} connector={connector} isOpen={open === 'revoke'} onClose={close} />
      <Remove firmId={firmId} connector={connector} isOpen={open === 'remove'} onClose={close} />
    </>
  );
}

type EndProps = Props & { isOpen: boolean; onClose: () => void };

function Revoke({ firmId, connector, isOpen, onClose }: EndProps) {
  const { revoke: words } = useTexts().connectors;
  const act = useAct(api.connectors.revoke, {
    stale: [api.connectors.list],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.done });
    },
  });
  return (
    <ConfirmDialog
      title={words.title(connector.machine)}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => act.mutate({ params: { firmId, connectorId: connector.id } })}
      confirm={words.action}
      danger
      isPending={act.isPending}
    >
      <p>{words.text}</p>
      {connector.mandanten.length > 0 && <p>{words.affected(connector.mandanten.length)}</p>}
      {act.error && <ProblemBanner error={act.error} />}
    </ConfirmDialog>
  );
}

function Remove({ firmId, connector, isOpen, onClose }: EndProps) {
  const { connectors } = useTexts();
  const { remove: words, revoke } = connectors;
  const act = useAct(api.connectors.remove, {
    stale: [api.connectors.list],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.done });
    },
  });
  return (
    <ConfirmDialog
      title={words.title(connector.machine)}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => act.mutate({ params: { firmId, connectorId: connector.id } })}
      confirm={words.action}
      danger
      isPending={act.isPending}
      typed={connector.machine}
    >
      <p>{words.text}</p>
      {connector.mandanten.length > 0 && <p>{revoke.affected(connector.mandanten.length)}</p>}
      {act.error && <ProblemBanner error={act.error} />}
    </ConfirmDialog>
  );
}
