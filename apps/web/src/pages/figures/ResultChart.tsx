import { Link } from '@tanstack/react-router';
import { Bar, Line } from 'recharts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import type { Place } from './answers.ts';
import { still } from './chartLook.ts';
import type { ChartMonth } from './chartMonths.ts';
import { MonthsChart } from './MonthsChart.tsx';
import { changed, otherView } from './search.ts';

/** Revenue and costs as bars, the result as a line, that of the year before dashed. */
export function ResultChart({ place, months }: { place: Place; months: readonly ChartMonth[] }) {
  const { texts, format } = useI18n();
  const { charts: words, amountsIn } = texts.figures;
  const bar = { radius: 2, maxBarSize: 22, ...still };
  return (
    <MonthsChart
      title={words.result}
      note={`${words.costsNote} ${amountsIn(place.year.currency)}`}
      months={months}
      keys={[
        { label: words.revenue, look: 'bar-strong' },
        { label: words.costs, look: 'bar-soft' },
        { label: words.resultOfMonth, look: 'line' },
      ]}
      valuesOf={({ isPast, revenue, costs, result }) =>
        isPast ? { revenue, costs, result } : { revenue: null, costs: null, result: null }
      }
      previous={{ label: words.previousResult, of: (one) => one.previousResult }}
      cursor={{ fill: 'color-mix(in srgb, var(--ink) 5%, transparent)' }}
      table={{
        head: [words.revenue, words.costs, words.resultOfMonth],
        nameOf: (one) => (
          <Link
            to={paths.figures}
            params={{ mandantId: place.mandantId }}
            search={changed(otherView(place.search, 'bwa'), { monat: one.month })}
          >
            {format.monthNumber(one.month)}
          </Link>
        ),
        cellsOf: (one) => [one.revenue, one.costs, one.result].map((cents) => (one.isPast ? cents : null)),
      }}
      behind={
        <>
          <Bar dataKey="revenue" name={words.revenue} fill="var(--chart-strong)" {...bar} />
          <Bar dataKey="costs" name={words.costs} fill="var(--chart-soft)" stroke="var(--chart-strong)" {...bar} />
        </>
      }
    >
      <Line
        dataKey="result"
        name={words.resultOfMonth}
        stroke="var(--ink)"
        strokeWidth={2}
        dot={{ r: 2.5 }}
        {...still}
      />
    </MonthsChart>
  );
}
