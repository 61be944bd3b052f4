import { api } from '@bruecke/contract';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { ItemList } from '../../ui/ItemList.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import { toast } from '../../ui/Toast.tsx';
import type { ConnectionFileEntry, Connector } from './answers.ts';

type Props = { firmId: string; files: readonly ConnectionFileEntry[]; connectors: readonly Connector[] };

const tones: Record<ConnectionFileEntry['state'], Tone> = {
  open: 'warn',
  used: 'ok',
  expired: 'wait',
  withdrawn: 'wait',
};

/** Verbindungsdateien of the last 30 days; an open one is like a key that lies about, and can be withdrawn. */
export function Files({ firmId, files, connectors }: Props) {
  const { texts, format } = useI18n();
  const { setUp } = texts.connectors;
  const { now } = useSurroundings();
  const withdraw = useAct(api.connectors.withdrawFile, {
    stale: [api.connectors.list],
    onDone: () => toast({ tone: 'ok', text: setUp.withdrawn }),
  });
  const fate = (file: ConnectionFileEntry) => {
    if (file.state === 'open') return setUp.validUntil(format.moment(file.expiresAt, now()));
    if (file.state === 'expired') return setUp.expiredAt(format.moment(file.expiresAt, now()));
    if (file.state !== 'used' || !file.usedAt) return null;
    const machine = connectors.find((each) => each.id === file.connectorId)?.machine;
    return setUp.usedAt(format.moment(file.usedAt, now()), machine ?? setUp.removedConnector);
  };
  return (
    <>
      <ItemList
        label={setUp.files}
        empty={setUp.noFiles}
        items={files.map((file) => {
          const when = format.moment(file.createdAt, now());
          return {
            id: file.id,
            title: setUp.fileOf(when, file.createdBy ?? setUp.fileBySomeone),
            meta: fate(file),
            state: (
              <StateBadge tone={tones[file.state]} plain>
                {setUp.fileStates[file.state]}
              </StateBadge>
            ),
            actions: file.state === 'open' && (
              <Button
                aria-label={setUp.withdrawLabel(when)}
                isPending={withdraw.isPending && withdraw.variables.params.fileId === file.id}
                onPress={() => withdraw.mutate({ params: { firmId, fileId: file.id } })}
              >
                {setUp.withdraw}
              </Button>
            ),
          };
        })}
      />
      {withdraw.error && <ProblemBanner error={withdraw.error} />}
    </>
  );
}
