import { useI18n } from '../../i18n/I18n.tsx';
import { Select } from '../../ui/Select.tsx';
import type { Place } from './answers.ts';
import { type Period, periodOf, searchOf } from './period.ts';
import { changed } from './search.ts';

/** From which month to which, within the year. */
export function PeriodFields({ place }: { place: Place }) {
  const { texts, format } = useI18n();
  const { year, search, show } = place;
  const { from, to } = periodOf(year, search);
  const options = year.months.map(({ month }) => ({ value: month, label: format.monthNumber(month) }));
  const choose = (period: Period) =>
    show(changed(search, { von: undefined, bis: undefined, buchung: undefined, ...searchOf(year, period) }));
  return (
    <div className="figures-period">
      <Select
        label={texts.figures.from}
        quietLabel
        options={options}
        value={from}
        onChange={(value) => choose({ from: value, to: value > to ? value : to })}
      />
      <span className="quiet" aria-hidden="true">
        {texts.figures.to}
      </span>
      <Select
        label={texts.figures.to}
        quietLabel
        options={options}
        value={to}
        onChange={(value) => choose({ from: value < from ? value : from, to: value })}
      />
    </div>
  );
}
