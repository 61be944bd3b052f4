import type { ReactNode } from 'react';
import {
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
import { ChartCard, type SeriesKey } from './ChartCard.tsx';
import { ChartTip } from './ChartTip.tsx';
import { axis, chartMargin, still } from './chartLook.ts';
import type { ChartMonth } from './chartMonths.ts';
import { FigureTable } from './FigureTable.tsx';

type Props = {
  title: string;
  note: string;
  months: readonly ChartMonth[];
  keys: readonly SeriesKey[];
  /** Values of a month by the names of the series; null is drawn as nothing. */
  valuesOf: (month: ChartMonth) => Record<string, number | null>;
  /** Of the same month a year earlier, drawn dashed where any month has one. */
  previous: { label: string; of: (month: ChartMonth) => number | null };
  /** Where the pointer is. */
  cursor: { fill: string } | { stroke: string };
  table: {
    head: string[];
    nameOf: (month: ChartMonth) => ReactNode;
    cellsOf: (month: ChartMonth) => (number | null)[];
  };
  /** Drawn behind the line of the year before, and before it. */
  behind?: ReactNode;
  children: ReactNode;
};

/** What all charts over the months of a year share: axes, the line at zero, the year before dashed, the tip, the table. */
export function MonthsChart(props: Props) {
  const { texts, format } = useI18n();
  const { month: monthWord } = texts.figures.charts;
  const { title, months, previous, table } = props;
  const hasPrevious = months.some((one) => previous.of(one) !== null);
  const data = months.map((one) => ({
    name: format.monthName(one.month),
    month: format.month(one.month),
    ...props.valuesOf(one),
    previous: previous.of(one),
  }));
  return (
    <ChartCard
      title={title}
      note={props.note}
      keys={[...props.keys, ...(hasPrevious ? [{ label: previous.label, look: 'dashed' as const }] : [])]}
      chart={
        <ResponsiveContainer width="100%" height={260}>
          <ComposedChart data={data} margin={chartMargin} barGap={2} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="name" interval="equidistantPreserveStart" minTickGap={0} {...axis} />
            <YAxis width={62} tickFormatter={format.wholeAmount} {...axis} />
            <Tooltip cursor={props.cursor} content={<ChartTip titleKey="month" />} />
            {props.behind}
            <ReferenceLine y={0} stroke="var(--line-strong)" />
            {hasPrevious && (
              <Line
                dataKey="previous"
                name={previous.label}
                stroke="var(--ink-3)"
                strokeDasharray="4 4"
                dot={false}
                {...still}
              />
            )}
            {props.children}
          </ComposedChart>
        </ResponsiveContainer>
      }
      table={
        <FigureTable
          caption={title}
          head={[monthWord, ...table.head, ...(hasPrevious ? [previous.label] : [])]}
          rows={months.map((one) => ({
            key: one.month,
            name: table.nameOf(one),
            cells: [...table.cellsOf(one), ...(hasPrevious ? [previous.of(one)] : [])],
          }))}
        />
      }
    />
  );
}
