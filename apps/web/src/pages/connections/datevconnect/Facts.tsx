import { api } from '@bruecke/contract';
import { useParams } from '@tanstack/react-router';
import { useAsk } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import { useSurroundings } from '../../../surroundings.ts';
import { type Definition, DefinitionGrid } from '../../../ui/Card.tsx';
import type { FiguresCard, SyncState } from '../answers.ts';

type Props = { card: FiguresCard; sync: SyncState };

/** Machine, dataset and how new the figures are. After the end only what was there last, with its date. */
export function Facts({ card, sync }: Props) {
  const { texts, format } = useI18n();
  const { datevconnect: words } = texts;
  const { now } = useSurroundings();
  const stand = useStand(sync);
  const { client, connector, steps } = card;
  const moment = (when: string) => format.moment(when, now());
  const machine: Definition[] =
    connector && steps.bound
      ? [
          { term: words.machine, value: connector.machine },
          { term: words.version, value: connector.version },
          { term: words.lastSeen, value: connector.lastSeenAt ? moment(connector.lastSeenAt) : words.never },
        ]
      : [];
  const dataset: Definition[] = client
    ? [
        { term: words.company, value: client.companyName },
        {
          term: steps.bound ? words.dataset : words.formerDataset,
          value: `${client.consultantNumber} / ${client.mandantNumber}`,
        },
      ]
    : [];
  const since: Definition[] =
    card.since && (card.state === 'paused' || card.state === 'severed')
      ? [
          {
            term: words.since[card.state],
            value: card.by ? words.by(moment(card.since), card.by) : moment(card.since),
          },
        ]
      : [];
  const confirmed: Definition[] =
    client && client.numbersConfirmedBy.length > 0
      ? [{ term: words.confirmedBy, value: format.list(client.numbersConfirmedBy) }]
      : [];
  return (
    <DefinitionGrid
      items={[
        ...dataset,
        { term: words.stand, value: stand ? moment(stand) : words.noStand },
        ...since,
        ...machine,
        ...confirmed,
      ]}
    />
  );
}

/** Everything booked before this time is in the figures: of the newest fiscal year that was read. */
export function useStand(sync: SyncState): string | null {
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen' });
  const years = useAsk(api.figures.years, { params: { mandantId } }, { enabled: sync.firstReadAt !== null });
  const stands = years.data?.years.flatMap(({ stand }) => stand ?? []) ?? [];
  return stands.toSorted().at(-1) ?? sync.firstReadAt;
}
