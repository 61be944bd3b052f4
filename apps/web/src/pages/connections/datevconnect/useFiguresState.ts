import { type FiguresState, figuresView } from '@bruecke/model';
import { useSurroundings } from '../../../surroundings.ts';
import type { FiguresProps } from '../answers.ts';
import { useStand } from './Facts.tsx';

/** The state as lists and overviews show it, from what the card knows; null before anything was bound or asked for. */
export function useFiguresState({ card, sync }: Pick<FiguresProps, 'card' | 'sync'>): FiguresState | null {
  const { now } = useSurroundings();
  const stand = useStand(sync);
  const { state, reason, since, request } = card;
  if (state === 'not_set_up') return null;
  const { run, lastRun } = sync;
  const failure = lastRun?.state === 'failed' ? lastRun : null;
  return figuresView(
    {
      binding: { state, reason, since },
      askedAt: request?.askedAt ?? null,
      read: sync.firstReadAt !== null,
      stand,
      run: run
        ? { state: 'running' }
        : failure && { state: 'failed', endedAt: failure.endedAt, code: failure.failure?.code ?? 'unexpected' },
    },
    new Date(now()).toISOString(),
  ).state;
}
