import { liveTopics } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { askAgain } from '../api/askAgain.ts';
import { openLive } from '../api/live.ts';
import { isTakenAway } from '../api/problem.ts';
import { freshForMs } from '../api/query.tsx';
import { useTexts } from '../i18n/I18n.tsx';
import { useSurroundings } from '../surroundings.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import { useMandant } from './mandant.ts';

/** Address of one stream: of a Mandant where a page shows one, else of the firm. `page` says that somebody looks at figures, which keeps them fresher. */
export type LiveScope = { of: 'mandant' | 'firm'; id: string; page?: 'figures' };

/** What the server still knows; beyond it a stream was lost, and everything is asked for. */
const mostMissedMs = 60_000;

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** One event stream per page: what it announces is asked for again; a lost stream shows a banner. */
export function LiveUpdates({ scope }: { scope: LiveScope }) {
  const client = useQueryClient();
  const { openEvents, now } = useSurroundings();
  const { live } = useTexts().basics;
  const [lost, setLost] = useState(false);
  const stream = useRef<{ now: () => void } | null>(null);
  const address = `/api/v1/${scope.of === 'mandant' ? 'mandanten' : 'firms'}/${scope.id}/live?${scope.page ? `page=${scope.page}&` : ''}`;
  // Refused because the Mandant is this person's no longer, a stream is not lost: the page says what there is to say.
  const isOver = isTakenAway(useMandant(scope.of === 'mandant' ? scope.id : null).error);
  useEffect(() => {
    if (isOver) return;
    const since = now();
    const opened = openLive(
      {
        open: openEvents,
        // Since the oldest of what may be shown without being asked for.
        url: () => `${address}missed=${Math.min(mostMissedMs, Math.round(now() - since) + freshForMs)}`,
        onTopics: (topics, ago) => askAgain(client, topics, { at: now() - ago, since }, { now, wait }),
        onState: (state) => setLost(state === 'lost'),
        setTimer: (after, act) => {
          const timer = setTimeout(act, after);
          return () => clearTimeout(timer);
        },
        random: Math.random,
      },
      liveTopics,
    );
    stream.current = opened;
    return () => {
      opened.close();
      setLost(false);
    };
  }, [client, openEvents, now, address, isOver]);
  if (!lost) return null;
  return (
    <Banner tone="warn" title={live.lost} actions={<Button onPress={() => stream.current?.now()}>{live.again}</Button>}>
      {live.lostText}
    </Banner>
  );
}
