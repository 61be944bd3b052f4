import { api } from '@bruecke/contract';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useCall } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMe } from '../../session/me.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { NoRightState } from '../../ui/States.tsx';
import { Tabs } from '../../ui/Tabs.tsx';
import { HistoryList } from '../history/HistoryList.tsx';
import { DatevSettings } from './DatevSettings.tsx';
import { FirmList } from './FirmList.tsx';
import { MailList } from './MailList.tsx';
import { StatusCard } from './StatusCard.tsx';
import { TechnicalLog } from './TechnicalLog.tsx';

/** Betrieb: for who runs this Brücke. The part shown stands in the address, so that it can be linked to. */
export function OperatorPage() {
  const { operator } = useTexts();
  const { operator: isOperator } = useMe();
  const { hash } = useLocation();
  const navigate = useNavigate();
  if (!isOperator) return <NoRightState wholePage />;
  const { tabs } = operator;
  return (
    <div className="page">
      <PageHeader title={operator.title} />
      <Tabs
        label={operator.title}
        selected={hash in tabs ? hash : 'status'}
        onSelect={(id) => void navigate({ to: paths.operator, hash: id, replace: true })}
        items={[
          { id: 'status', label: tabs.status, content: <StatusCard /> },
          { id: 'datev', label: tabs.datev, content: <DatevSettings /> },
          { id: 'firms', label: tabs.firms, content: <FirmList /> },
          { id: 'mails', label: tabs.mails, content: <MailList /> },
          { id: 'log', label: tabs.log, content: <TechnicalLog /> },
          { id: 'history', label: tabs.history, content: <InstanceHistory /> },
        ]}
      />
    </div>
  );
}

const groups = ['all', 'instance', 'firm', 'staff', 'person'] as const;

function InstanceHistory() {
  const call = useCall();
  return (
    <HistoryList
      groups={groups}
      queryKey={[api.operator.history.path, '']}
      load={(query, signal) => call(api.operator.history, { query }, signal)}
    />
  );
}
