import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Card, DefinitionGrid } from '../../ui/Card.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { Connection } from './answers.ts';
import { Findings } from './Findings.tsx';

/** The Mandant's stock at DATEV: its numbers, its Belegtypen, what the doctor found. Not a connection by itself. */
export function DuoCard({ connection }: { connection: Connection | null }) {
  const { texts, format } = useI18n();
  const { duo } = texts.connections;
  const { now } = useSurroundings();
  if (!connection) {
    return (
      <Card title={duo.title} description={duo.text} aside={<StateBadge tone="wait">{duo.unknown}</StateBadge>}>
        <p className="quiet">{duo.notYet}</p>
      </Card>
    );
  }
  const { dataset, findings } = connection;
  const troubles = findings.filter((each) => each.severity !== 'ok');
  const isMissing = troubles.some((each) => each.code === 'datasetMissing');
  return (
    <Card
      title={duo.title}
      description={duo.text}
      aside={
        dataset.readAt === null && troubles.length === 0 ? (
          <StateBadge tone="wait">{duo.chosen}</StateBadge>
        ) : troubles.length === 0 ? (
          <StateBadge tone="ok">{duo.found}</StateBadge>
        ) : (
          <StateBadge tone={isMissing || troubles.some((each) => each.severity === 'blocking') ? 'bad' : 'warn'}>
            {duo.withFindings}
          </StateBadge>
        )
      }
    >
      <DefinitionGrid
        items={[
          { term: duo.company, value: dataset.companyName },
          { term: duo.dataset, value: `${dataset.consultantNumber} / ${dataset.mandantNumber}` },
          {
            term: duo.types,
            value: dataset.readAt
              ? duo.typesRead(dataset.documentTypes.length, format.moment(dataset.readAt, now()))
              : duo.notRead,
          },
          {
            term: duo.extensions,
            value: dataset.allowedExtensions.map((each) => each.toUpperCase()).join(', ') || '–',
          },
        ]}
      />
      <Findings findings={troubles} />
    </Card>
  );
}
