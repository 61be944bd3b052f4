import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { CreateFile } from './CreateFile.tsx';
import { Installers } from './Installers.tsx';

type Props = { firmId: string; isOpen: boolean; onClose: () => void };

/** Everything that the DATEV server needs, from the card DATEVconnect: installers and a fresh Verbindungsdatei. */
export function DownloadDialog({ firmId, isOpen, onClose }: Props) {
  const { connectors, datevconnect } = useTexts();
  return (
    <Dialog title={connectors.setUp.dialog} isOpen={isOpen} onClose={onClose} size="wide">
      <div className="stack">
        <p className="quiet">{connectors.setUp.text}</p>
        <Installers firmId={firmId} />
        <CreateFile firmId={firmId} />
        <p className="small">
          <Link to={paths.connectors}>{datevconnect.toConnectors}</Link>
        </p>
      </div>
    </Dialog>
  );
}
