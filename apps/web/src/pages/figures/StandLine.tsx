import { api } from '@bruecke/contract';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { ProgressBar } from '../../ui/Progress.tsx';
import type { FigureYear, SyncState } from './answers.ts';

type Props = { mandantId: string; state: SyncState; year: Pick<FigureYear, 'stand' | 'former'> };

/**
 * "Stand: heute 06:02", and the way to a newer one: what was asked for, how far it is, what came of it. A year of a former
 * Kanzleiverbindung gets none.
 */
export function StandLine({ mandantId, state, year }: Props) {
  const { texts, format } = useI18n();
  const { stand: words } = texts.figures;
  const { now } = useSurroundings();
  // Which run was the last one when somebody asked: the next that ends answers them.
  const [askedAfter, setAskedAfter] = useState<string | null>(null);
  const refresh = useAct(api.figures.refresh, {
    stale: [api.figures.state],
    onDone: () => setAskedAfter(state.lastRun?.startedAt ?? ''),
  });
  const { stand, former } = year;
  const { run, lastRun } = state;
  const isAnswered = askedAfter !== null && !run && (lastRun?.startedAt ?? '') !== askedAfter;
  const isWaiting = askedAfter !== null && !isAnswered;
  return (
    <div className="stand">
      <span className="num">
        {stand ? (
          <>
            {words.label} <time dateTime={stand}>{format.moment(stand, now())}</time>
          </>
        ) : (
          words.none
        )}
      </span>
      <span role="status" className="stand-news">
        {!former && (run || isWaiting) && <Running run={run} />}
        {isAnswered && lastRun?.state === 'done' && (
          <span className="quiet">
            {lastRun.monthsChanged > 0 ? words.done(lastRun.monthsChanged) : words.unchanged}
          </span>
        )}
      </span>
      {state.connection === 'on' && !former && !run && !isWaiting && (
        <Button
          kind="quiet"
          icon="refresh"
          isPending={refresh.isPending}
          onPress={() => refresh.mutate({ params: { mandantId } })}
        >
          {words.refresh}
        </Button>
      )}
      {refresh.error && (
        <div className="stand-problem">
          <ProblemBanner error={refresh.error} />
        </div>
      )}
    </div>
  );
}

function Running({ run }: { run: SyncState['run'] }) {
  const { stand: words } = useI18n().texts.figures;
  const share = run && run.rowsExpected > 0 ? run.rowsRead / run.rowsExpected : null;
  return (
    <span className="stand-running">
      <ProgressBar label={words.running} share={share} />
    </span>
  );
}
