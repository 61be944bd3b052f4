import { api } from '@bruecke/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import { paths } from '../../../paths.ts';
import { Button } from '../../../ui/Button.tsx';
import { ConfirmDialog } from '../../../ui/Dialog.tsx';
import { MenuButton, MenuItem } from '../../../ui/Menu.tsx';
import { ProblemBanner } from '../../../ui/ProblemBanner.tsx';
import { toast } from '../../../ui/Toast.tsx';
import { ConnectorDialog } from '../../connectors/ConnectorDialog.tsx';
import { DownloadDialog } from '../../connectors/DownloadDialog.tsx';
import type { FiguresProps } from '../answers.ts';
import { ChooseClient } from './ChooseClient.tsx';

type Open = 'download' | 'choose' | 'rotate' | 'remove' | null;

/** What this person may do with the connection, the next step of the set-up first. */
export function CardActions({ mandant, card, sync }: FiguresProps) {
  const { datevconnect: words, basics, figures } = useI18n().texts;
  const [open, setOpen] = useState<Open>(null);
  const test = useAct(api.datevconnect.test, { stale: [api.datevconnect.card] });
  const { steps, mayManage, mayBind, mayInstall, firmId, connector } = card;
  const mayChoose = mayBind && steps.confirmed && !card.request;
  const isTesting = test.isPending || card.testing;
  const close = () => setOpen(null);
  if (!mandant.engagement && !steps.bound && !card.client) return null;
  return (
    <>
      {test.error && <ProblemBanner error={test.error} />}
      {sync.firstReadAt && (
        <Link className="button" to={paths.figures} params={{ mandantId: mandant.id }}>
          {figures.title}
        </Link>
      )}
      {mayInstall && firmId && (
        <Button
          icon="download"
          kind={card.nextStep === 'installConnector' || card.nextStep === 'pairAnew' ? 'primary' : 'secondary'}
          onPress={() => setOpen('download')}
        >
          {words.download}
        </Button>
      )}
      {mayChoose && !steps.bound && (
        <Button kind={card.nextStep === 'bindClient' ? 'primary' : 'secondary'} onPress={() => setOpen('choose')}>
          {words.choose}
        </Button>
      )}
      {mayManage && steps.bound && card.nextStep !== 'pairAnew' && (
        <Button
          isDisabled={!card.switchedOn}
          isPending={isTesting}
          onPress={() => test.mutate({ params: { mandantId: mandant.id } })}
        >
          {isTesting ? words.testing : words.test}
        </Button>
      )}
      <MenuButton label={`${words.title}: ${basics.more}`} items={<Items {...{ mandant, card, setOpen }} />} />
      {firmId && mayInstall && <DownloadDialog firmId={firmId} isOpen={open === 'download'} onClose={close} />}
      {mayChoose && (
        <ChooseClient
          mandant={mandant}
          present={steps.bound ? card.client : null}
          isOpen={open === 'choose'}
          onClose={close}
        />
      )}
      {firmId && connector && mayInstall && (
        <ConnectorDialog firmId={firmId} connector={connector} act="key" isOpen={open === 'rotate'} onClose={close} />
      )}
      <Remove mandantId={mandant.id} isOpen={open === 'remove'} onClose={close} />
    </>
  );
}

type ItemsProps = Pick<FiguresProps, 'mandant' | 'card'> & { setOpen: (open: Open) => void };

function Items({ mandant, card, setOpen }: ItemsProps) {
  const { datevconnect: words } = useI18n().texts;
  const navigate = useNavigate();
  const { steps, mayManage, mayBind, mayInstall, connector } = card;
  return (
    <>
      <MenuItem
        icon="history"
        onAction={() =>
          void navigate({ to: paths.history, params: { mandantId: mandant.id }, search: { art: 'connection' } })
        }
      >
        {words.history}
      </MenuItem>
      {mayInstall && (
        <MenuItem icon="link" onAction={() => void navigate({ to: paths.connectors })}>
          {words.toConnectors}
        </MenuItem>
      )}
      {mayBind && steps.bound && !card.request && (
        <MenuItem icon="mandanten" onAction={() => setOpen('choose')}>
          {words.change}
        </MenuItem>
      )}
      {mayInstall && connector?.state === 'confirmed' && (
        <MenuItem icon="key" onAction={() => setOpen('rotate')}>
          {words.rotate}
        </MenuItem>
      )}
      {mayManage && steps.bound && (
        <MenuItem icon="trash" danger onAction={() => setOpen('remove')}>
          {words.remove}
        </MenuItem>
      )}
    </>
  );
}

function Remove({ mandantId, isOpen, onClose }: { mandantId: string; isOpen: boolean; onClose: () => void }) {
  const { datevconnect: words } = useI18n().texts;
  const remove = useAct(api.datevconnect.remove, {
    stale: [api.datevconnect.card, api.figures.state],
    onDone: () => {
      onClose();
      toast({ tone: 'ok', text: words.removed });
    },
  });
  return (
    <ConfirmDialog
      title={words.removeTitle}
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={() => remove.mutate({ params: { mandantId } })}
      confirm={words.remove}
      danger
      isPending={remove.isPending}
    >
      <p>{words.removeText}</p>
      {remove.error && <ProblemBanner error={remove.error} />}
    </ConfirmDialog>
  );
}
