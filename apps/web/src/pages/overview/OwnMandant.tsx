import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Skeleton } from '../../ui/States.tsx';
import { VoucherBadge } from '../vouchers/VoucherBadge.tsx';
import type { Overview } from './answers.ts';
import { HandInLink, ToDoList } from './ToDo.tsx';
import { WayItems } from './Ways.tsx';

type Mandant = Answer<typeof api.mandanten.list>['mandanten'][number];

/** One of several: what is to be done, how it is connected, what came last, and the ways into it. */
export function OwnMandant({ mandant }: { mandant: Mandant }) {
  const { overview } = useI18n().texts;
  const { id: mandantId, name, rights } = mandant;
  const query = useAsk(api.mandanten.overview, { params: { mandantId } });
  return (
    <Card
      title={name}
      foot={rights.includes('handIn') && <HandInLink mandantId={mandantId} kind="normal" />}
      actions={
        <>
          <Link to={paths.vouchers} params={{ mandantId }} aria-label={`${overview.mandant.all}: ${name}`}>
            {overview.mandant.all}
          </Link>
          <Link to={paths.mandantOverview} params={{ mandantId }} aria-label={`${overview.toMandant}: ${name}`}>
            {overview.toMandant}
          </Link>
        </>
      }
    >
      <Loaded query={query} waiting={<Skeleton lines={4} />}>
        {(data) => (
          <div className="stack">
            <ToDoList mandantId={mandantId} data={data} rights={rights} />
            <ul className="ways">
              <WayItems mandantId={mandantId} data={data} rights={rights} />
              <Last mandantId={mandantId} data={data} />
            </ul>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Last({ mandantId, data }: { mandantId: string; data: Overview }) {
  const { texts, format } = useI18n();
  const { mandant: words } = texts.overview;
  const { now } = useSurroundings();
  const [last] = data.recent;
  return (
    <li className="way">
      <span className="way-name">{words.recent}</span>
      {last ? (
        <>
          <span className="num quiet small nowrap">{format.moment(last.receivedAt, now())}</span>
          <VoucherBadge voucher={last} />
          <Link className="way-more recent-name" to={paths.vouchers} params={{ mandantId }} search={{ beleg: last.id }}>
            {last.name}
          </Link>
        </>
      ) : (
        <span className="quiet">{words.noRecent}</span>
      )}
    </li>
  );
}
