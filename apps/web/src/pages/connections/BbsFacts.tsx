import { Link } from '@tanstack/react-router';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { type Definition, DefinitionGrid } from '../../ui/Card.tsx';
import type { Connection } from './answers.ts';

/** Who connected it and how long it holds (DATEV G-05: full name, expiry as DD.MM.YYYY HH:MM), and how it goes. */
export function BbsFacts({ mandantId, connection }: { mandantId: string; connection: Connection }) {
  const { texts, format } = useI18n();
  const { bbs } = texts.connections;
  const { now } = useSurroundings();
  const { authorisation } = connection;
  const consent: Definition[] = authorisation
    ? [
        {
          term: bbs.connectedBy,
          value: authorisation.medium
            ? bbs.withMedium(authorisation.personName, authorisation.medium)
            : authorisation.personName,
        },
        { term: bbs.since, value: format.date(authorisation.consentedAt) },
        { term: bbs.validUntil, value: format.dateTime(authorisation.validUntil) },
      ]
    : [];
  const severed: Definition[] =
    connection.state === 'severed'
      ? [
          { term: texts.connections.duo.company, value: connection.dataset.companyName },
          {
            term: texts.connections.duo.dataset,
            value: `${connection.dataset.consultantNumber} / ${connection.dataset.mandantNumber}`,
          },
          ...(connection.since ? [{ term: bbs.severedSince, value: format.dateTime(connection.since) }] : []),
        ]
      : [];
  const linked = (count: number, status: 'waiting' | 'question' | 'error') =>
    count === 0 ? (
      '0'
    ) : (
      <Link to={paths.vouchers} params={{ mandantId }} search={{ status }}>
        {texts.vouchers.count(count)}
      </Link>
    );
  return (
    <DefinitionGrid
      items={[
        ...severed,
        ...consent,
        {
          term: bbs.lastSuccess,
          value: connection.lastSuccessAt ? format.moment(connection.lastSuccessAt, now()) : bbs.never,
        },
        { term: bbs.waiting, value: linked(connection.waiting, 'waiting') },
        { term: bbs.questions, value: linked(connection.questions, 'question') },
        { term: bbs.errors, value: linked(connection.errors, 'error') },
        { term: bbs.delivered, value: format.number(connection.delivered) },
      ]}
    />
  );
}
