import { useTexts } from '../../i18n/I18n.tsx';
import { useFirm, useMe } from '../../session/me.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { DatevUnfinished } from './DatevUnfinished.tsx';
import { FirmOverview } from './FirmOverview.tsx';
import { MandantChoice } from './MandantChoice.tsx';
import { MandantOverview } from './MandantOverview.tsx';

/** Firm: who needs someone. Mandant: what is missing and what arrived. */
export function OverviewPage() {
  const { overview } = useTexts();
  const me = useMe();
  const firm = useFirm();
  return (
    <div className="page">
      <PageHeader title={overview.title} meta={firm?.name ?? me.onlyMandant?.name ?? overview.hello(me.name)} />
      <DatevUnfinished />
      {firm && <FirmOverview firmId={firm.id} />}
      {!firm && me.onlyMandant && <MandantOverview mandantId={me.onlyMandant.id} />}
      {!firm && !me.onlyMandant && <MandantChoice />}
    </div>
  );
}
