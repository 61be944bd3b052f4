import { Area } from 'recharts';
import { useI18n } from '../../i18n/I18n.tsx';
import { still } from './chartLook.ts';
import type { ChartMonth } from './chartMonths.ts';
import { MonthsChart } from './MonthsChart.tsx';

/** What cash and banks held at the end of each month. */
export function CashChart({ months, currency }: { months: readonly ChartMonth[]; currency: string }) {
  const { texts, format } = useI18n();
  const { charts: words, amountsIn } = texts.figures;
  const cash = (one: ChartMonth) => (one.isPast ? one.cash : null);
  return (
    <MonthsChart
      title={words.cash}
      note={`${words.cashNote}. ${amountsIn(currency)}`}
      months={months}
      keys={[{ label: words.balance, look: 'area' }]}
      valuesOf={(one) => ({ cash: cash(one) })}
      previous={{ label: words.previousBalance, of: (one) => one.previousCash }}
      cursor={{ stroke: 'var(--line-strong)' }}
      table={{
        head: [words.balance],
        nameOf: (one) => format.monthNumber(one.month),
        cellsOf: (one) => [cash(one)],
      }}
    >
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
    </MonthsChart>
  );
}
