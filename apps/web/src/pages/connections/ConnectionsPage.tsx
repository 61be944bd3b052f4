import { api } from '@bruecke/contract';
import { Link, useParams } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMe } from '../../session/me.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import type { Connection, ConnectionsAnswer } from './answers.ts';
import { BbsCard } from './BbsCard.tsx';
import { DatevResult } from './DatevResult.tsx';
import { DuoCard } from './DuoCard.tsx';
import { DatevconnectCard } from './datevconnect/DatevconnectCard.tsx';
import { EngagementCard } from './EngagementCard.tsx';
import { ForwardWaiting } from './ForwardWaiting.tsx';
import { useDatevWay } from './useDatevWay.ts';

/** THE page: how this Mandant is connected, what is next, and who can do it. */
export function ConnectionsPage() {
  const { connections } = useI18n().texts;
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen' });
  const page = useAsk(api.connections.page, { params: { mandantId } });
  return (
    <MandantPageFrame mandantId={mandantId} title={connections.title}>
      {(mandant) => (
        <Loaded query={page}>
          {(data) => (
            <div className="stack">
              <DatevResult key={mandantId} mandantId={mandantId} connections={data.connections} />
              <Notices mandantId={mandantId} page={data} />
              <Channels mandantId={mandantId} page={data} />
              <DatevconnectCard mandant={mandant} />
              <EngagementCard mandant={mandant} />
            </div>
          )}
        </Loaded>
      )}
    </MandantPageFrame>
  );
}

/** Severed connections of an earlier Kanzlei stay visible, but below the present one. */
function Channels({ mandantId, page }: { mandantId: string; page: ConnectionsAnswer }) {
  const present = page.connections.filter((each) => each.state !== 'severed');
  const severed = page.connections.filter((each) => each.state === 'severed');
  const shown = present.length > 0 ? present : [null];
  return (
    <>
      {shown.map((connection) => (
        <Pair key={connection?.id ?? 'none'} mandantId={mandantId} page={page} connection={connection} />
      ))}
      {severed.map((connection) => (
        <BbsCard key={connection.id} mandantId={mandantId} page={page} connection={connection} />
      ))}
    </>
  );
}

type PairProps = { mandantId: string; page: ConnectionsAnswer; connection: Connection | null };

function Pair(props: PairProps) {
  return (
    <>
      <DuoCard connection={props.connection} />
      <BbsCard {...props} />
    </>
  );
}

function Notices({ mandantId, page }: { mandantId: string; page: ConnectionsAnswer }) {
  const { texts, format } = useI18n();
  const { connections } = texts;
  const { now } = useSurroundings();
  const { operator } = useMe();
  const way = useDatevWay(mandantId);
  const act = (connection: Connection, label: string) =>
    page.mayManage && (
      <Button kind="primary" isPending={way.isPending} onPress={() => way.renew(connection)}>
        {label}
      </Button>
    );
  return (
    <>
      {!page.datevConfigured && (
        <Banner
          tone="warn"
          title={connections.bbs.notConfigured}
          actions={operator && <Link to={paths.operator}>{texts.operator.title}</Link>}
        >
          {connections.bbs.notConfiguredNext}
        </Banner>
      )}
      {page.connections.map((each) => {
        if (each.state === 'expiring' && each.authorisation) {
          const title = connections.expires(format.ago(each.authorisation.validUntil, now()));
          return <Banner key={each.id} tone="warn" title={title} actions={act(each, connections.renewNow)} />;
        }
        if (each.state === 'needs_reauth') {
          return (
            <Banner
              key={each.id}
              tone="bad"
              title={connections.reauthTitle}
              actions={act(each, connections.bbs.reauth)}
            >
              {connections.reauthText}
            </Banner>
          );
        }
        return null;
      })}
      {way.error !== null && <ProblemBanner error={way.error} />}
      {page.withoutTarget > 0 && (
        <ForwardWaiting mandantId={mandantId} count={page.withoutTarget} target={forwardingTarget(page)} />
      )}
    </>
  );
}

/** Numbers of the dataset that forwards now. */
function forwardingTarget(page: ConnectionsAnswer): string | null {
  const forwards = page.connections.find((each) => ['active', 'expiring', 'degraded'].includes(each.state));
  return forwards ? `${forwards.dataset.consultantNumber} / ${forwards.dataset.mandantNumber}` : null;
}
