import { api } from '@bruecke/contract';
import { useParams } from '@tanstack/react-router';
import { useAct } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import { useSurroundings } from '../../../surroundings.ts';
import { Banner } from '../../../ui/Banner.tsx';
import { Button } from '../../../ui/Button.tsx';
import { ProblemBanner } from '../../../ui/ProblemBanner.tsx';
import { ProgressBar } from '../../../ui/Progress.tsx';
import { describeComplaint } from '../../connectors/describeComplaint.ts';
import type { SyncState } from '../answers.ts';
import './datevconnect.css';

type Run = NonNullable<SyncState['run']>;

/** The transfer as it goes: fiscal year, month, rows; or why the last one did not come to its end. */
export function SyncProgress({ sync, switchedOn }: { sync: SyncState; switchedOn: boolean }) {
  if (!switchedOn) return null;
  if (sync.run) return <Running run={sync.run} isFirst={sync.firstReadAt === null} />;
  if (sync.lastRun?.state === 'failed') return <Failed lastRun={sync.lastRun} nextRunAt={sync.nextRunAt} />;
  return null;
}

function Running({ run, isFirst }: { run: Run; isFirst: boolean }) {
  const { texts, format } = useI18n();
  const { sync: words } = texts.datevconnect;
  const { rowsRead, rowsExpected } = run;
  return (
    <section className="sync" aria-label={isFirst ? words.first : words.later}>
      <ProgressBar
        label={labelOf(run, words, format.month)}
        share={rowsExpected > 0 ? rowsRead / rowsExpected : null}
      />
      <p className="small quiet num">
        {rowsExpected > 0 ? words.rows(rowsRead, Math.max(rowsRead, rowsExpected)) : words.rowsOnly(rowsRead)}
      </p>
      {run.years.length > 1 && (
        <ul className="sync-years" aria-label={words.years}>
          {run.years.map((year) => (
            <li key={year.yearNo} className={year.phase === 'done' ? 'num' : 'num quiet'}>
              {words.year(year.label)}:{' '}
              {year.phase === 'reading' && year.months > 0
                ? words.yearMonths(year.monthsRead, year.months)
                : words.phases[year.phase]}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type Words = ReturnType<typeof useI18n>['texts']['datevconnect']['sync'];

function labelOf(run: Run, words: Words, monthName: (month: string) => string): string {
  const reading = run.years.find((year) => year.phase === 'reading');
  if (reading)
    return reading.month ? words.month(reading.label, monthName(reading.month)) : words.reading(reading.label);
  const checking = run.years.find((year) => year.phase === 'checking');
  return checking ? words.checking(checking.label) : words.asking;
}

function Failed({ lastRun, nextRunAt }: { lastRun: NonNullable<SyncState['lastRun']>; nextRunAt: string | null }) {
  const { texts, language, format } = useI18n();
  const { sync: words } = texts.datevconnect;
  const { now } = useSurroundings();
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen' });
  const refresh = useAct(api.figures.refresh, { stale: [api.figures.state] });
  const cause = lastRun.failure && describeComplaint(lastRun.failure.code, texts, language);
  return (
    <Banner
      tone="warn"
      title={words.failed}
      actions={
        <Button isPending={refresh.isPending} onPress={() => refresh.mutate({ params: { mandantId } })}>
          {words.again}
        </Button>
      }
    >
      <span className="num">{format.moment(lastRun.endedAt, now())}.</span> {cause && `${cause.what} ${cause.next}`}{' '}
      {nextRunAt && words.failedNext(format.moment(nextRunAt, now()))}
      {refresh.error && <ProblemBanner error={refresh.error} />}
    </Banner>
  );
}
