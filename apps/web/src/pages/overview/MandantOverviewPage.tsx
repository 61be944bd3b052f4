import { useParams } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { useMandant } from '../../session/mandant.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { MandantOverview } from './MandantOverview.tsx';

/** The Mandant's own overview, for whoever looks after several. */
export function MandantOverviewPage() {
  const { overview } = useTexts();
  const { mandantId } = useParams({ from: '/shell/mandanten/$mandantId' });
  const mandant = useMandant(mandantId);
  return (
    <div className="page">
      <PageHeader title={overview.title} meta={mandant.data?.name} />
      <Loaded query={mandant}>{() => <MandantOverview mandantId={mandantId} />}</Loaded>
    </div>
  );
}
