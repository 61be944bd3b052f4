import { useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { useFirm } from '../../session/me.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { CreateMandant } from './CreateMandant.tsx';
import { FirmMandanten } from './FirmMandanten.tsx';
import { OwnMandanten } from './OwnMandanten.tsx';
import './mandanten.css';

/** Optionen → Mandantenstammdaten: all Mandanten a person can see, each with its ⋮ menu. */
export function MandantenPage() {
  const { mandanten, shell } = useTexts();
  const firm = useFirm();
  const [text, setText] = useState('');
  return (
    <div className="fill mandanten">
      <PageHeader
        title={mandanten.title}
        crumbs={[{ label: shell.nav.options }, { label: mandanten.title }]}
        meta={firm?.name}
        actions={firm?.role === 'admin' && <CreateMandant firmId={firm.id} />}
      />
      <div className="mandanten-tools">
        <SearchField label={mandanten.search} value={text} onChange={setText} />
      </div>
      {firm ? (
        <FirmMandanten firmId={firm.id} isAdmin={firm.role === 'admin'} text={text} />
      ) : (
        <OwnMandanten text={text} />
      )}
    </div>
  );
}
