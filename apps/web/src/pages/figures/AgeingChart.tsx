import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { useI18n } from '../../i18n/I18n.tsx';
import type { Charts } from './answers.ts';
import { ChartCard } from './ChartCard.tsx';
import { ChartTip } from './ChartTip.tsx';
import { axis, chartMargin, still } from './chartLook.ts';
import { FigureTable } from './FigureTable.tsx';

/** How long receivables and payables have been due. */
export function AgeingChart({ ageing, currency }: { ageing: Charts['ageing']; currency: string }) {
  const { texts, format } = useI18n();
  const { charts: words, items, amountsIn } = texts.figures;
  const data = ageing.receivable.map((one) => ({
    bucket: one.bucket,
    name: items.buckets[one.bucket],
    receivable: one.open,
    payable: ageing.payable.find((other) => other.bucket === one.bucket)?.open ?? 0,
  }));
  return (
    <ChartCard
      title={words.ageing}
      note={amountsIn(currency)}
      keys={[
        { label: words.receivable, look: 'bar-strong' },
        { label: words.payable, look: 'bar-soft' },
      ]}
      chart={
        <ResponsiveContainer width="100%" height={260}>
          <BarChart data={data} layout="vertical" margin={chartMargin} barGap={2} accessibilityLayer={false}>
            <CartesianGrid horizontal={false} stroke="var(--line)" />
            <XAxis type="number" tickFormatter={format.wholeAmount} {...axis} />
            <YAxis type="category" dataKey="name" width={112} {...axis} interval={0} />
            <Tooltip
              cursor={{ fill: 'color-mix(in srgb, var(--ink) 5%, transparent)' }}
              content={<ChartTip titleKey="name" />}
            />
            <Bar dataKey="receivable" name={words.receivable} fill="var(--chart-strong)" radius={2} {...still} />
            <Bar
              dataKey="payable"
              name={words.payable}
              fill="var(--chart-soft)"
              stroke="var(--chart-strong)"
              radius={2}
              {...still}
            />
          </BarChart>
        </ResponsiveContainer>
      }
      table={
        <FigureTable
          caption={words.ageing}
          head={[words.bucket, words.receivable, words.payable]}
          rows={data.map((one) => ({
            key: one.bucket,
            name: one.name,
            cells: [one.receivable, one.payable],
          }))}
        />
      }
    />
  );
}
