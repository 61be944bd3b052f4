import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { Profile } from './answers.ts';
import { deviceName } from './deviceName.ts';

/** Where the person is signed in, the present one first; each other one can be ended from here. */
export function SessionsCard({ profile }: { profile: Profile }) {
  const { texts, format } = useI18n();
  const { profile: words } = texts;
  const { now } = useSurroundings();
  const end = useAct(api.profile.endSession, { stale: [api.profile.get] });
  const sessions = [...profile.sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.seenAt.localeCompare(a.seenAt),
  );
  return (
    <Card title={words.sessions} description={words.sessionsText}>
      <ItemList
        label={words.sessions}
        items={sessions.map((session) => {
          const device = deviceName(session.userAgent) ?? words.unknownDevice;
          return {
            id: session.id,
            title: device,
            meta: [words.sessionSeen(format.moment(session.seenAt, now())), session.ip].filter(Boolean).join(' · '),
            state: session.current && (
              <StateBadge tone="ok" plain>
                {words.thisSession}
              </StateBadge>
            ),
            actions: !session.current && (
              <Button
                aria-label={`${words.endSession}: ${device}`}
                isPending={end.isPending && end.variables.params.sessionId === session.id}
                onPress={() => end.mutate({ params: { sessionId: session.id } })}
              >
                {words.endSession}
              </Button>
            ),
          };
        })}
      />
      {end.error && <ProblemBanner error={end.error} />}
    </Card>
  );
}
