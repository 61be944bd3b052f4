import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { AgeingChart } from './AgeingChart.tsx';
import type { Charts, Place } from './answers.ts';
import { CashChart } from './CashChart.tsx';
import { chartMonths } from './chartMonths.ts';
import { FigureTable } from './FigureTable.tsx';
import { ResultChart } from './ResultChart.tsx';
import { sheetOf } from './search.ts';
import { TableScroll } from './TableScroll.tsx';
import './charts.css';

/** The year in pictures; each has its numbers as a table. */
export function ChartsView({ place }: { place: Place }) {
  const { figures } = useI18n().texts;
  const { mandantId, year } = place;
  const charts = useAsk(api.figures.charts, { params: { mandantId, yearNo: year.yearNo } }, { keepPrevious: true });
  return (
    <Loaded query={charts}>
      {(data) => (
        <div className="charts">
          {data.chart === null ? (
            <p className="quiet">{figures.charts.noChart}</p>
          ) : (
            <>
              <ResultChart place={place} months={chartMonths(data)} />
              <CashChart months={chartMonths(data)} currency={data.basis.currency} />
            </>
          )}
          <Partners place={place} title={figures.charts.debtors} partners={data.debtors} />
          <Partners place={place} title={figures.charts.creditors} partners={data.creditors} />
          <div className="charts-wide">
            <AgeingChart ageing={data.ageing} currency={data.basis.currency} />
          </div>
        </div>
      )}
    </Loaded>
  );
}

type PartnersProps = { place: Place; title: string; partners: Charts['debtors'] };

/** Those with the largest sums: a table whose first column carries the bar. */
function Partners({ place, title, partners }: PartnersProps) {
  const { charts: words } = useI18n().texts.figures;
  const most = Math.max(1, ...partners.map((one) => Math.abs(one.open)));
  return (
    <Card title={title}>
      {partners.length === 0 ? (
        <p className="quiet">{words.none}</p>
      ) : (
        <TableScroll label={title}>
          <FigureTable
            caption={title}
            head={[words.partner, words.open, words.overdue, words.turnover]}
            rows={partners.map((one) => ({
              key: String(one.account),
              name: (
                <span className="partner">
                  <Link
                    to={paths.figures}
                    params={{ mandantId: place.mandantId }}
                    search={sheetOf(place.year.yearNo, one.account)}
                  >
                    {one.caption ?? one.number}
                  </Link>
                  <span
                    className="partner-bar"
                    aria-hidden="true"
                    style={{ width: `${(Math.abs(one.open) / most) * 100}%` }}
                  />
                </span>
              ),
              cells: [one.open, one.overdue, one.turnover],
            }))}
          />
        </TableScroll>
      )}
    </Card>
  );
}
