import { Link } from '@tanstack/react-router';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import type { Place } from './answers.ts';
import { ChartCard } from './ChartCard.tsx';
import { ChartTip } from './ChartTip.tsx';
import { axis, chartMargin, still } from './chartLook.ts';
import type { ChartMonth } from './chartMonths.ts';
import { FigureTable } from './FigureTable.tsx';
import { changed, otherView } from './search.ts';

/** Revenue and costs as bars, the result as a line, that of the year before dashed. */
export function ResultChart({ place, months }: { place: Place; months: readonly ChartMonth[] }) {
  const { texts, format } = useI18n();
  const { charts: words, amountsIn } = texts.figures;
  const data = months.map((one) => ({
    name: format.monthName(one.month),
    month: format.month(one.month),
    revenue: one.isPast ? one.revenue : null,
    costs: one.isPast ? one.costs : null,
    result: one.isPast ? one.result : null,
    previous: one.previousResult,
  }));
  const hasPrevious = months.some((one) => one.previousResult !== null);
  return (
    <ChartCard
      title={words.result}
      note={`${words.costsNote} ${amountsIn(place.year.currency)}`}
      keys={[
        { label: words.revenue, look: 'bar-strong' },
        { label: words.costs, look: 'bar-soft' },
        { label: words.resultOfMonth, look: 'line' },
        ...(hasPrevious ? [{ label: words.previousResult, look: 'dashed' as const }] : []),
      ]}
      chart={
        <ResponsiveContainer width="100%" height={260}>
          <ComposedChart data={data} margin={chartMargin} barGap={2} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="name" interval="equidistantPreserveStart" minTickGap={0} {...axis} />
            <YAxis width={62} tickFormatter={format.wholeAmount} {...axis} />
            <Tooltip
              cursor={{ fill: 'color-mix(in srgb, var(--ink) 5%, transparent)' }}
              content={<ChartTip titleKey="month" />}
            />
            <Bar
              dataKey="revenue"
              name={words.revenue}
              fill="var(--chart-strong)"
              radius={2}
              maxBarSize={22}
              {...still}
            />
            <Bar
              dataKey="costs"
              name={words.costs}
              fill="var(--chart-soft)"
              stroke="var(--chart-strong)"
              radius={2}
              maxBarSize={22}
              {...still}
            />
            <ReferenceLine y={0} stroke="var(--line-strong)" />
            {hasPrevious && (
              <Line
                dataKey="previous"
                name={words.previousResult}
                stroke="var(--ink-3)"
                strokeDasharray="4 4"
                dot={false}
                {...still}
              />
            )}
            <Line
              dataKey="result"
              name={words.resultOfMonth}
              stroke="var(--ink)"
              strokeWidth={2}
              dot={{ r: 2.5 }}
              {...still}
            />
          </ComposedChart>
        </ResponsiveContainer>
      }
      table={
        <FigureTable
          caption={words.result}
          head={[
            words.month,
            words.revenue,
            words.costs,
            words.resultOfMonth,
            ...(hasPrevious ? [words.previousResult] : []),
          ]}
          rows={months.map((one) => ({
            key: one.month,
            name: (
              <Link
                to={paths.figures}
                params={{ mandantId: place.mandantId }}
                search={changed(otherView(place.search, 'bwa'), { monat: one.month })}
              >
                {format.monthNumber(one.month)}
              </Link>
            ),
            cells: [
              ...[one.revenue, one.costs, one.result].map((cents) => (one.isPast ? cents : null)),
              ...(hasPrevious ? [one.previousResult] : []),
            ],
          }))}
        />
      }
    />
  );
}
