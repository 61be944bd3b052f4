import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import type { FigureYear, SyncState } from './answers.ts';
import { Differences } from './Differences.tsx';
import { failureKindOf } from './failure.ts';

type Props = { mandantId: string; state: SyncState; year: FigureYear };

/** Why the figures are not the newest, or not all: connection, last run, and the year itself. */
export function Notices({ mandantId, state, year }: Props) {
  const { texts, format } = useI18n();
  const { notice: words, failures } = texts.figures;
  const { now } = useSurroundings();
  const { connection, since, lastRun, run } = state;
  const link = (
    <Link className="button button-secondary" to={paths.connections} params={{ mandantId }}>
      {words.toConnections}
    </Link>
  );
  const failure = connection === 'on' && !run && lastRun?.state === 'failed' ? lastRun : null;
  return (
    <div className="figures-notices">
      {connection === 'off' && (
        <Banner tone="wait" title={words.off(since ? format.moment(since, now()) : '–')} actions={link}>
          {words.lastState}
        </Banner>
      )}
      {connection === 'severed' && (
        <Banner tone="wait" title={words.severed(since ? format.moment(since, now()) : '–')} actions={link}>
          {words.lastState}
        </Banner>
      )}
      {failure && (
        <Banner tone="warn" title={words.failed(format.moment(failure.endedAt, now()))} actions={link}>
          {failures[failureKindOf(failure.failure?.code)]} {words.failedKeeps}
        </Banner>
      )}
      {year.former && connection === 'on' && (
        <Banner tone="wait" title={words.former}>
          {words.formerText}
        </Banner>
      )}
      <YearNotices year={year} />
    </div>
  );
}

function YearNotices({ year }: { year: FigureYear }) {
  const { notice: words } = useI18n().texts.figures;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {year.partial === 'notYetRead' && (
        <Banner tone="wait" title={words.notYetRead}>
          {words.notYetReadText}
        </Banner>
      )}
      {year.differenceCount > 0 && (
        <Banner
          tone="warn"
          title={words.sumsDiffer(year.differenceCount)}
          actions={<Button onPress={() => setOpen(true)}>{words.showDifferences}</Button>}
        >
          {words.sumsDifferText}
        </Banner>
      )}
      {isOpen && <Differences year={year} onClose={() => setOpen(false)} />}
      {year.rebuilt && (
        <Banner tone="wait" title={words.rebuilt}>
          {words.rebuiltText}
        </Banner>
      )}
    </>
  );
}
