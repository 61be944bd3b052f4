import { useI18n } from '../../i18n/I18n.tsx';
import { Amount } from './Amount.tsx';
import type { Ageing } from './answers.ts';

/** How long what is open has been due: five amounts, each with its share as a bar. */
export function AgeingStrip({ ageing }: { ageing: Ageing }) {
  const { texts, format } = useI18n();
  const { items: words } = texts.figures;
  const most = Math.max(1, ...ageing.map((one) => Math.abs(one.open)));
  return (
    <dl className="ageing" aria-label={words.ageing}>
      {ageing.map((one) => (
        <div key={one.bucket} className={`ageing-${one.bucket}`}>
          <dt>
            {words.buckets[one.bucket]} <span className="num quiet">({format.number(one.count)})</span>
          </dt>
          <dd>
            <Amount cents={one.open} />
            <span
              className="ageing-bar"
              aria-hidden="true"
              style={{ width: `${(Math.abs(one.open) / most) * 100}%` }}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}
