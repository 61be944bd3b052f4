import { useI18n } from '../../i18n/I18n.tsx';

type Entry = { name?: unknown; value?: unknown; payload?: unknown };
/** What the chart hands to its tip: which place the pointer is at, and the values there. */
type Props = { titleKey: string; active?: boolean; payload?: readonly Entry[] };

/** The amounts of one place, beside the pointer. */
export function ChartTip({ titleKey, active = false, payload = [] }: Props) {
  const { format } = useI18n();
  const [first] = payload;
  if (!active || !first) return null;
  const given = first.payload;
  const title =
    typeof given === 'object' && given !== null ? Object.entries(given).find(([key]) => key === titleKey)?.[1] : '';
  return (
    <div className="chart-tip">
      <strong>{String(title)}</strong>
      <dl>
        {payload.map(({ name, value }) => (
          <div key={String(name)}>
            <dt>{String(name)}</dt>
            <dd className="num">{typeof value === 'number' ? format.amount(value) : '–'}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
