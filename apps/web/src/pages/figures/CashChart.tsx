import {
  Area,
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
import { ChartCard } from './ChartCard.tsx';
import { ChartTip } from './ChartTip.tsx';
import { axis, chartMargin, still } from './chartLook.ts';
import type { ChartMonth } from './chartMonths.ts';
import { FigureTable } from './FigureTable.tsx';

/** What cash and banks held at the end of each month. */
export function CashChart({ months, currency }: { months: readonly ChartMonth[]; currency: string }) {
  const { texts, format } = useI18n();
  const { charts: words, amountsIn } = texts.figures;
  const data = months.map((one) => ({
    name: format.monthName(one.month),
    month: format.month(one.month),
    cash: one.isPast ? one.cash : null,
    previous: one.previousCash,
  }));
  const hasPrevious = months.some((one) => one.previousCash !== null);
  return (
    <ChartCard
      title={words.cash}
      note={`${words.cashNote}. ${amountsIn(currency)}`}
      keys={[
        { label: words.balance, look: 'area' },
        ...(hasPrevious ? [{ label: words.previousBalance, look: 'dashed' as const }] : []),
      ]}
      chart={
        <ResponsiveContainer width="100%" height={260}>
          <ComposedChart data={data} margin={chartMargin} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="name" interval="equidistantPreserveStart" minTickGap={0} {...axis} />
            <YAxis width={62} tickFormatter={format.wholeAmount} {...axis} />
            <Tooltip cursor={{ stroke: 'var(--line-strong)' }} content={<ChartTip titleKey="month" />} />
            <ReferenceLine y={0} stroke="var(--line-strong)" />
            {hasPrevious && (
              <Line
                dataKey="previous"
                name={words.previousBalance}
                stroke="var(--ink-3)"
                strokeDasharray="4 4"
                dot={false}
                {...still}
              />
            )}
            <Area
              dataKey="cash"
              name={words.balance}
              stroke="var(--accent)"
              strokeWidth={2}
              fill="var(--accent)"
              fillOpacity={0.12}
              dot={{ r: 2.5, fill: 'var(--accent)', fillOpacity: 1 }}
              {...still}
            />
          </ComposedChart>
        </ResponsiveContainer>
      }
      table={
        <FigureTable
          caption={words.cash}
          head={[words.month, words.balance, ...(hasPrevious ? [words.previousBalance] : [])]}
          rows={months.map((one) => ({
            key: one.month,
            name: format.monthNumber(one.month),
            cells: [one.isPast ? one.cash : null, ...(hasPrevious ? [one.previousCash] : [])],
          }))}
        />
      }
    />
  );
}
