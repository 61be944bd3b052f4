import { liveTopics } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { isStale, openLive } from '../api/live.ts';
import { useTexts } from '../i18n/I18n.tsx';
import { useSurroundings } from '../surroundings.ts';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';

/** Address of one stream: of a Mandant where a page shows one, else of the firm. `page` says that somebody looks at figures, which keeps them fresher. */
export type LiveScope = { of: 'mandant' | 'firm'; id: string; page?: 'figures' };

/** One event stream per page: what it announces is asked for again; a lost stream shows a banner. */
export function LiveUpdates({ scope }: { scope: LiveScope }) {
  const client = useQueryClient();
  const { openEvents } = useSurroundings();
  const { live } = useTexts().basics;
  const [lost, setLost] = useState(false);
  const stream = useRef<{ now: () => void } | null>(null);
  const url = `/api/v1/${scope.of === 'mandant' ? 'mandanten' : 'firms'}/${scope.id}/live${scope.page ? `?page=${scope.page}` : ''}`;
  useEffect(() => {
    const opened = openLive(
      {
        open: openEvents,
        url,
        onTopic: (topic) =>
          void client.invalidateQueries({ predicate: ({ queryKey }) => isStale(topic, String(queryKey[0])) }),
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
    return opened.close;
  }, [client, openEvents, url]);
  if (!lost) return null;
  return (
    <Banner tone="warn" title={live.lost} actions={<Button onPress={() => stream.current?.now()}>{live.again}</Button>}>
      {live.lostText}
    </Banner>
  );
}
