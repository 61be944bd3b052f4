import { type ReactNode, useState } from 'react';
import { useTexts } from '../../i18n/I18n.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { TableScroll } from './TableScroll.tsx';

export type SeriesKey = { label: string; look: 'bar-strong' | 'bar-soft' | 'area' | 'line' | 'dashed' };

type Props = {
  title: string;
  note?: string;
  keys: readonly SeriesKey[];
  /** Drawn; whoever does not see it has the table. */
  chart: ReactNode;
  table: ReactNode;
};

/** A chart, and the same numbers as a table: read out always, shown when asked for. */
export function ChartCard({ title, note, keys, chart, table }: Props) {
  const { charts: words } = useTexts().figures;
  const [isTable, setTable] = useState(false);
  return (
    <Card
      title={title}
      description={note}
      aside={
        <Button kind="quiet" aria-pressed={isTable} onPress={() => setTable(!isTable)}>
          {isTable ? words.asChart : words.asTable}
        </Button>
      }
    >
      {isTable ? (
        <TableScroll label={title}>{table}</TableScroll>
      ) : (
        <>
          <div aria-hidden="true">
            <p className="chart-keys small">
              {keys.map((key) => (
                <span key={key.label}>
                  <span className={`chart-sign chart-${key.look}`} /> {key.label}
                </span>
              ))}
            </p>
            <div className="chart-place">{chart}</div>
          </div>
          <div className="visually-hidden">{table}</div>
        </>
      )}
    </Card>
  );
}
