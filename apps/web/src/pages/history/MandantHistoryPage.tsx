import { api } from '@bruecke/contract';
import { useParams } from '@tanstack/react-router';
import { useCall } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import { HistoryList } from './HistoryList.tsx';

const groups = [
  'all',
  'voucher',
  'delivery',
  'connection',
  'figures',
  'engagement',
  'mandant',
  'assignment',
  'member',
  'person',
  'apiKey',
] as const;

/** Protokoll of one Mandant. */
export function MandantHistoryPage() {
  const { history } = useTexts();
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/protokoll' });
  const call = useCall();
  return (
    <MandantPageFrame mandantId={mandantId} title={history.title}>
      {() => (
        <HistoryList
          groups={groups}
          queryKey={[api.mandanten.history.path, mandantId]}
          load={(query, signal) => call(api.mandanten.history, { params: { mandantId }, query }, signal)}
        />
      )}
    </MandantPageFrame>
  );
}
