import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import type { Connector } from './answers.ts';
import { type ConnectorAct, ConnectorDialog } from './ConnectorDialog.tsx';

const acts = ['key', 'revoke', 'remove'] as const satisfies readonly ConnectorAct[];

type Props = { firmId: string; connector: Connector };

/** What is done rarely: a new key, revoking, removing, and what was done before. */
export function ConnectorMenu({ firmId, connector }: Props) {
  const { connectors: words } = useTexts();
  const [open, setOpen] = useState<ConnectorAct | null>(null);
  const navigate = useNavigate();
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
      {acts.map((act) => (
        <ConnectorDialog
          key={act}
          firmId={firmId}
          connector={connector}
          act={act}
          affected={act === 'key' ? 0 : connector.mandanten.length}
          isOpen={open === act}
          onClose={() => setOpen(null)}
        />
      ))}
    </>
  );
}
