import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Card } from '../../ui/Card.tsx';
import { Skeleton } from '../../ui/States.tsx';
import type { FigureYear } from '../figures/answers.ts';
import type { FiguresSearch } from '../figures/search.ts';
import { type Glance, glanceOf, yearAtAGlance } from './glance.ts';

type Props = { mandantId: string };

/** The figures that people ask for first, each with the way down to what it is made of; for Mandanten of whom some were read. */
export function FiguresGlance({ mandantId }: Props) {
  const { now } = useSurroundings();
  const years = useAsk(api.figures.years, { params: { mandantId } });
  // In UTC: the two hours at a turn of the year decide nothing.
  const today = new Date(now()).toISOString().slice(0, 10);
  const year = years.data ? yearAtAGlance(years.data.years, today) : null;
  if (years.isPending) return <Waiting />;
  return year && <OfYear key={year.yearNo} mandantId={mandantId} year={year} />;
}

function OfYear({ mandantId, year }: Props & { year: FigureYear }) {
  const { texts, format } = useI18n();
  const { glance: words } = texts.overview;
  const { now } = useSurroundings();
  const charts = useAsk(api.figures.charts, { params: { mandantId, yearNo: year.yearNo } });
  const { stand, differenceCount } = year;
  if (charts.isPending) return <Waiting />;
  if (!charts.data || stand === null) return null;
  return (
    <div className="overview-wide">
      <Card
        title={words.title(year.label)}
        aside={
          <span className="small quiet num">
            {texts.figures.stand.label} <time dateTime={stand}>{format.moment(stand, now())}</time>
          </span>
        }
        foot={
          (year.former || differenceCount > 0) && (
            <>
              {year.former && texts.figures.notice.former}{' '}
              {differenceCount > 0 && texts.figures.notice.sumsDiffer(differenceCount)}
            </>
          )
        }
        actions={
          <Link to={paths.figures} params={{ mandantId }} search={{ jahr: year.yearNo }}>
            {texts.figures.title}
          </Link>
        }
      >
        <Amounts mandantId={mandantId} year={year} glance={glanceOf(charts.data)} />
      </Card>
    </div>
  );
}

/** As high as what comes, so that nothing below it jumps. */
function Waiting() {
  const { figures } = useI18n().texts;
  return (
    <div className="overview-wide">
      <Card title={figures.title}>
        <Skeleton lines={4} />
      </Card>
    </div>
  );
}

function Amounts({ mandantId, year, glance }: Props & { year: FigureYear; glance: Glance }) {
  const { texts, format } = useI18n();
  const { glance: words } = texts.overview;
  const { result, receivable, payable } = glance;
  const money = (cents: number) => format.money(cents, year.currency);
  const overdue = (cents: number) =>
    cents > 0 ? texts.figures.items.ofWhichOverdue(money(cents)) : words.nothingOverdue;
  const to = (search: FiguresSearch) => ({ mandantId, search: { jahr: year.yearNo, ...search } });
  return (
    <ul className="glance">
      {result && (
        <>
          <Amount {...to({ monat: result.month })} label={words.resultOfYear} value={money(result.ofYear)}>
            {words.upTo(format.month(result.month))}
          </Amount>
          <Amount {...to({ monat: result.month })} label={words.resultOfMonth} value={money(result.ofMonth)}>
            {format.month(result.month)}
          </Amount>
        </>
      )}
      <Amount {...to({ ansicht: 'posten' })} label={words.receivable} value={money(receivable.open)}>
        {overdue(receivable.overdue)}
      </Amount>
      <Amount {...to({ ansicht: 'posten', kreditoren: true })} label={words.payable} value={money(payable.open)}>
        {overdue(payable.overdue)}
      </Amount>
      {result && (
        <Amount {...to({ ansicht: 'grafik' })} label={texts.figures.charts.cash} value={money(result.cash)}>
          {words.endOf(format.month(result.month))}
        </Amount>
      )}
    </ul>
  );
}

type AmountProps = Props & { search: FiguresSearch; label: string; value: string; children: ReactNode };

function Amount({ mandantId, search, label, value, children }: AmountProps) {
  return (
    <li>
      <Link to={paths.figures} params={{ mandantId }} search={search}>
        <span className="glance-label">{label}</span>
        <span className="glance-value num">{value}</span>
        <span className="small quiet num">{children}</span>
      </Link>
    </li>
  );
}
