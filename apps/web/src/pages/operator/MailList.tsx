import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { useOlder } from './useOlder.ts';

const tones = { waiting: 'wait', sent: 'ok', failed: 'bad' } as const;

/** To whom, of what kind, how it fares; never what it says. */
export function MailList() {
  const { texts, format } = useI18n();
  const { mails: words, tabs } = texts.operator;
  const { now } = useSurroundings();
  const call = useCall();
  const mails = useOlder([api.operator.mails.path], (cursor, signal) =>
    call(api.operator.mails, { query: cursor ? { cursor } : {} }, signal),
  );
  const kinds: Readonly<Record<string, string>> = words.kinds;
  const reasons: Readonly<Record<string, string>> = words.reasons;
  return (
    <Card
      title={tabs.mails}
      description={words.text}
      actions={
        mails.hasNextPage && (
          <Button isPending={mails.isFetchingNextPage} onPress={() => void mails.fetchNextPage()}>
            {words.more}
          </Button>
        )
      }
    >
      <Loaded query={mails}>
        {({ pages }) => (
          <ItemList
            label={tabs.mails}
            empty={words.empty}
            items={pages
              .flatMap((page) => page.mails)
              .map((mail) => ({
                id: mail.id,
                title: mail.recipient,
                meta: [
                  kinds[mail.kind] ?? mail.kind,
                  format.moment(mail.createdAt, now()),
                  ...(mail.sentAt ? [words.sent(format.moment(mail.sentAt, now()))] : []),
                  ...(mail.lastError?.split('; ').map((reason) => reasons[reason] ?? reason) ?? []),
                ].join(' · '),
                state: (
                  <StateBadge tone={tones[mail.state]} plain {...(mail.state === 'waiting' ? { icon: 'clock' } : {})}>
                    {words.states[mail.state]}
                  </StateBadge>
                ),
              }))}
          />
        )}
      </Loaded>
    </Card>
  );
}
