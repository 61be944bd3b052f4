import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMandant } from '../../session/mandant.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { VoucherBadge } from '../vouchers/VoucherBadge.tsx';
import type { Overview } from './answers.ts';
import { FiguresGlance } from './FiguresGlance.tsx';
import { MonthChart } from './MonthChart.tsx';
import { ToDo } from './ToDo.tsx';
import { Ways } from './Ways.tsx';
import './overview.css';

/** What is missing, how it is connected, the figures at a glance, what arrived. */
export function MandantOverview({ mandantId }: { mandantId: string }) {
  const { overview } = useI18n().texts;
  const query = useAsk(api.mandanten.overview, { params: { mandantId } });
  const mandant = useMandant(mandantId);
  const rights = mandant.data?.rights ?? [];
  return (
    <Loaded query={query}>
      {(data) => (
        <div className="overview">
          <ToDo mandantId={mandantId} data={data} rights={rights} />
          <Ways mandantId={mandantId} data={data} rights={rights} />
          {data.figures?.stand && <FiguresGlance mandantId={mandantId} />}
          <Recent mandantId={mandantId} data={data} />
          <Card title={overview.mandant.months}>
            <MonthChart months={data.months} />
          </Card>
        </div>
      )}
    </Loaded>
  );
}

function Recent({ mandantId, data }: { mandantId: string; data: Overview }) {
  const { texts, format } = useI18n();
  const { mandant: words } = texts.overview;
  const { now } = useSurroundings();
  return (
    <Card
      title={words.recent}
      actions={
        <Link to={paths.vouchers} params={{ mandantId }}>
          {words.all}
        </Link>
      }
    >
      {data.recent.length === 0 ? (
        <p className="quiet">{words.noRecent}</p>
      ) : (
        <ul className="recent">
          {data.recent.map((voucher) => (
            <li key={voucher.id}>
              <Link className="recent-name" to={paths.vouchers} params={{ mandantId }} search={{ beleg: voucher.id }}>
                {voucher.name}
              </Link>
              <span className="num quiet small nowrap">{format.moment(voucher.receivedAt, now())}</span>
              <VoucherBadge voucher={voucher} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
