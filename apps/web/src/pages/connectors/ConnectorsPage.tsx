import { api } from '@bruecke/contract';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useFirm } from '../../session/me.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { NoRightState } from '../../ui/States.tsx';
import { FirmLinks } from '../firm/FirmLinks.tsx';
import { ConnectorCard } from './ConnectorCard.tsx';
import { CreateFile } from './CreateFile.tsx';
import { Files } from './Files.tsx';
import { Installers } from './Installers.tsx';
import './connectors.css';

/** Optionen → Kanzlei → Konnektoren: what runs on the firm's DATEV server, and how a new one gets there. For Kanzlei-Admins. */
export function ConnectorsPage() {
  const { connectors, people, shell } = useTexts();
  const firm = useFirm();
  if (firm?.role !== 'admin') return <NoRightState wholePage />;
  return (
    <div className="page">
      <PageHeader
        title={connectors.title}
        crumbs={[
          { label: shell.nav.options },
          { label: people.firmTitle, to: paths.firm },
          { label: connectors.title },
        ]}
        meta={firm.name}
      />
      <FirmLinks />
      <Connectors firmId={firm.id} />
    </div>
  );
}

function Connectors({ firmId }: { firmId: string }) {
  const { connectors: words } = useTexts();
  const list = useAsk(api.connectors.list, { params: { firmId } });
  return (
    <Loaded query={list}>
      {({ connectors, files }) => (
        <div className="stack">
          <p className="quiet">
            {words.text} {connectors.length === 0 && words.none}
          </p>
          {connectors.map((each) => (
            <ConnectorCard key={each.id} firmId={firmId} connector={each} />
          ))}
          <Card title={words.setUp.title} description={words.setUp.text}>
            <div className="connector-set-up">
              <Installers firmId={firmId} />
              <CreateFile firmId={firmId} />
            </div>
          </Card>
          {files.length > 0 && (
            <Card title={words.setUp.files}>
              <Files firmId={firmId} files={files} connectors={connectors} />
            </Card>
          )}
        </div>
      )}
    </Loaded>
  );
}
