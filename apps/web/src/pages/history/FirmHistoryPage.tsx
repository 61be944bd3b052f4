import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { useFirm } from '../../session/me.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { NoRightState } from '../../ui/States.tsx';
import { FirmLinks } from '../firm/FirmLinks.tsx';
import { HistoryList } from './HistoryList.tsx';

export function FirmHistoryPage() {
  const { history, shell } = useTexts();
  const call = useCall();
  const firm = useFirm();
  if (firm?.role !== 'admin') return <NoRightState wholePage />;
  const params = { firmId: firm.id };
  return (
    <div className="page">
      <PageHeader
        title={history.titleFirm}
        crumbs={[{ label: shell.nav.options }, { label: history.title }]}
        meta={firm.name}
      />
      <FirmLinks />
      <HistoryList
        groups={['all', 'mandant', 'engagement', 'connection', 'connector', 'assignment', 'staff', 'person', 'firm']}
        namesMandant
        queryKey={[api.firms.history.path, firm.id]}
        load={(query, signal) => call(api.firms.history, { params, query }, signal)}
      />
    </div>
  );
}
