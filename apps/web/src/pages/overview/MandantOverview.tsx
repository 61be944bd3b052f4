import { api } from '@bruecke/contract';
import { figuresNeedHand, type VoucherStatus } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMandant } from '../../session/mandant.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Card } from '../../ui/Card.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import { statusLook } from '../vouchers/states.ts';
import { FiguresGlance } from './FiguresGlance.tsx';
import { FiguresStep } from './FiguresStep.tsx';
import { MonthChart } from './MonthChart.tsx';
import './overview.css';

type Overview = Answer<typeof api.mandanten.overview>;

/** What is missing, how it is connected, the figures at a glance, what arrived. */
export function MandantOverview({ mandantId }: { mandantId: string }) {
  const { overview } = useI18n().texts;
  const query = useAsk(api.mandanten.overview, { params: { mandantId } });
  const mandant = useMandant(mandantId);
  const mayHandIn = mandant.data?.rights.includes('handIn') ?? false;
  return (
    <Loaded query={query}>
      {(data) => (
        <div className="overview">
          <ToDo mandantId={mandantId} data={data} mayHandIn={mayHandIn} />
          <Connections mandantId={mandantId} data={data} />
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

const urgent: readonly Exclude<VoucherStatus, 'delivered'>[] = ['question', 'error', 'waiting', 'received'];

function ToDo({ mandantId, data, mayHandIn }: { mandantId: string; data: Overview; mayHandIn: boolean }) {
  const { mandant: words } = useI18n().texts.overview;
  const sentences = {
    question: words.questions,
    error: words.errors,
    waiting: words.waiting,
    received: words.received,
  };
  const open = urgent.flatMap((status) => {
    const count = data.counts.find((each) => each.status === status)?.count ?? 0;
    return count > 0 ? [{ status, sentence: sentences[status](count) }] : [];
  });
  const figures =
    data.figures && figuresNeedHand(data.figures.nextStep) && data.figures.whoCanAct === 'you' && data.figures;
  return (
    <Card
      title={words.missing}
      aside={
        mayHandIn && (
          <Link
            className="button button-primary"
            to={paths.vouchers}
            params={{ mandantId }}
            search={{ einreichen: true }}
          >
            <Icon name="upload" size={17} />
            {words.handIn}
          </Link>
        )
      }
    >
      {open.length === 0 && !figures ? (
        <p className="quiet">{words.nothing}</p>
      ) : (
        <ul className="todo">
          {open.map(({ status, sentence }) => (
            <li key={status}>
              <span className={`badge-plain badge-${statusLook[status].tone} todo-icon`}>
                <Icon name={statusLook[status].icon} />
              </span>
              <Link to={paths.vouchers} params={{ mandantId }} search={{ status }}>
                {sentence}
              </Link>
            </li>
          ))}
          {figures && (
            <li>
              <span className="todo-icon">
                <FiguresBadge figures={figures} plain />
              </span>
              <FiguresStep step={figures.nextStep} whoCanAct={figures.whoCanAct} mandantId={mandantId} />
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}

/** Both ways to DATEV: vouchers out, figures in, and what others have to do; what this person can do is among the things to do. */
function Connections({ mandantId, data }: { mandantId: string; data: Overview }) {
  const { mandant: words } = useI18n().texts.overview;
  const { figures } = data;
  const isOthers = figures && figuresNeedHand(figures.nextStep) && figures.whoCanAct !== 'you';
  return (
    <Card title={words.connection}>
      <ul className="ways">
        <li className="way">
          <span className="way-name">{words.vouchersOut}</span>
          <Link to={paths.connections} params={{ mandantId }} className="badge-link">
            <ConnectionBadge state={data.connectionState} />
          </Link>
        </li>
        <li className="way">
          <span className="way-name">{words.figuresIn}</span>
          <Link to={paths.connections} params={{ mandantId }} className="badge-link">
            {figures ? <FiguresBadge figures={figures} /> : <ConnectionBadge state="not_set_up" />}
          </Link>
          {isOthers && (
            <p className="small way-more">
              <FiguresStep step={figures.nextStep} whoCanAct={figures.whoCanAct} mandantId={mandantId} />
            </p>
          )}
        </li>
      </ul>
    </Card>
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
              <StateBadge {...statusLook[voucher.status]} plain>
                {texts.vouchers.status[voucher.status]}
              </StateBadge>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
