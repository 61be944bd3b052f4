import { useI18n } from '../../i18n/I18n.tsx';
import { ProgressBar } from '../../ui/Progress.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { SyncState } from './answers.ts';

type Run = NonNullable<SyncState['run']>;

/** The first time the books come home: how far it is, year by year. */
export function FirstSync({ run }: { run: Run }) {
  const { texts, format } = useI18n();
  const { progress: words } = texts.figures;
  const isKnown = run.rowsExpected > 0;
  return (
    <section className="first-sync" aria-labelledby="first-sync">
      <h2 id="first-sync">{words.first}</h2>
      <p className="quiet">{words.firstText}</p>
      <ProgressBar
        label={isKnown ? words.rows(run.rowsRead, run.rowsExpected) : words.preparing}
        share={isKnown ? run.rowsRead / run.rowsExpected : null}
      />
      <ul className="first-sync-years">
        {run.years.map((year) => (
          <li key={year.yearNo}>
            <span className="grow">{words.year(year.label)}</span>
            <span className="quiet small num">{stepOf(year)}</span>
          </li>
        ))}
      </ul>
    </section>
  );

  function stepOf(year: Run['years'][number]) {
    if (year.phase === 'checking') return words.checking;
    if (year.month) return words.reading(format.month(year.month));
    if (year.phase === 'reading') return words.months(year.monthsRead, year.months);
    if (!isKnown) return words.waiting;
    return (
      <StateBadge tone="ok" plain>
        {words.done}
      </StateBadge>
    );
  }
}
