import { manifest } from '@bruecke/channels/vouchers-to-duo/manifest';
import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useMe } from '../../session/me.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { MenuButton, MenuItem } from '../../ui/Menu.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Switch } from '../../ui/Switch.tsx';
import type { Connection, ConnectionsAnswer } from './answers.ts';
import { BbsFacts } from './BbsFacts.tsx';
import { ConnectionBadge } from './ConnectionBadge.tsx';
import { useDatevWay } from './useDatevWay.ts';

type Props = { mandantId: string; page: ConnectionsAnswer; connection: Connection | null };

/** DATEV Belegbilderservice: state, switch, next step and who can take it, test, and the way to DATEV. */
export function BbsCard({ mandantId, page, connection }: Props) {
  const { texts } = useI18n();
  const { bbs } = texts.connections;
  const way = useDatevWay(mandantId);
  const set = useAct(api.connections.switch, { stale: [api.connections.page, api.vouchers.counts, api.vouchers.list] });
  const mayConnect = page.mayManage && page.datevConfigured;
  const hasSwitch = connection !== null && connection.authorisation !== null && connection.state !== 'severed';
  const turn = (on: boolean) => {
    if (connection) set.mutate({ params: { mandantId, connectionId: connection.id }, body: { on } });
  };
  return (
    <Card
      title={bbs.title}
      aka={bbs.aka}
      description={bbs.text}
      aside={
        <>
          <ConnectionBadge state={connection?.state ?? 'not_set_up'} />
          {hasSwitch && (
            <Switch
              label={bbs.switchLabel}
              isSelected={set.isPending ? set.variables.body.on : connection.switchedOn}
              isDisabled={!page.mayManage || set.isPending}
              onChange={turn}
            />
          )}
        </>
      }
      foot={connection ? <LastCheck connection={connection} /> : <Needs />}
      actions={
        connection?.state === 'severed' ? undefined : (
          <Actions mandantId={mandantId} page={page} connection={connection} way={way} mayConnect={mayConnect} />
        )
      }
    >
      <div className="stack">
        {connection && <BbsFacts mandantId={mandantId} connection={connection} />}
        <NextStep page={page} connection={connection} />
        {set.error && <ProblemBanner error={set.error} />}
        {way.error !== null && <ProblemBanner error={way.error} />}
      </div>
    </Card>
  );
}

/** What has to be there at DATEV first; the data service by its official name and address (requirement G-37). */
function Needs() {
  const { bbs } = useI18n().texts.connections;
  return (
    <>
      {bbs.needs} {bbs.order}{' '}
      <a href={manifest.orderUrl} target="_blank" rel="noreferrer">
        {manifest.orderUrl.replace('http://', '')}
      </a>
    </>
  );
}

function LastCheck({ connection }: { connection: Connection }) {
  const { texts, format } = useI18n();
  const { now } = useSurroundings();
  const { bbs } = texts.connections;
  return connection.checkedAt ? bbs.lastCheck(format.moment(connection.checkedAt, now())) : bbs.neverChecked;
}

/** The next step in words; "Das kann …" only when it is not the person reading. */
function NextStep({ page, connection }: { page: ConnectionsAnswer; connection: Connection | null }) {
  const { texts } = useI18n();
  const { connections, basics } = texts;
  const isFirmAdmin = useMe().firms.some((firm) => firm.role === 'admin');
  const next = connection?.nextStep ?? 'connect';
  // A severed one stays as it is; the card above it leads to a new one.
  if (next === 'none' || connection?.state === 'severed') return null;
  const step = connections.next[next];
  const named = connection?.whoCanAct ?? 'eitherAdmin';
  const isReader = (named === 'firmAdmin' && isFirmAdmin) || (named === 'eitherAdmin' && page.mayManage);
  const who = isReader ? 'you' : named;
  // Only what is wrong besides: that it is connected goes without saying where it is about to expire.
  const others = (connection?.hidden ?? []).filter((state) => state !== 'active');
  const hidden = others.map((state) => connections.states[state]).join(', ');
  return (
    <p>
      {step} {who !== 'you' && who !== 'nobody' && connections.who(basics.problem.whoCanAct[who])}
      {hidden && <span className="quiet"> {connections.alsoHidden(hidden)}.</span>}
    </p>
  );
}

type ActionProps = Props & { way: ReturnType<typeof useDatevWay>; mayConnect: boolean };

function Actions({ mandantId, page, connection, way, mayConnect }: ActionProps) {
  const { bbs } = useI18n().texts.connections;
  const test = useAct(api.connections.test, { stale: [api.connections.page] });
  if (!page.mayManage) return undefined;
  if (!connection || connection.authorisation === null) {
    return (
      <Button
        kind="primary"
        isDisabled={!mayConnect}
        isPending={way.isPending}
        onPress={() => way.connect(connection?.id)}
      >
        {bbs.connect}
      </Button>
    );
  }
  const params = { mandantId, connectionId: connection.id };
  return (
    <>
      {test.error && <ProblemBanner error={test.error} />}
      <Button isPending={test.isPending} onPress={() => test.mutate({ params })}>
        {test.isPending ? bbs.testing : bbs.test}
      </Button>
      <Button isDisabled={!mayConnect} isPending={way.isPending} onPress={() => way.renew(connection)}>
        {connection.state === 'needs_reauth' ? bbs.reauth : bbs.renew}
      </Button>
      <Further mandantId={mandantId} page={page} connection={connection} />
    </>
  );
}

function Further({
  mandantId,
  page,
  connection,
}: {
  mandantId: string;
  page: ConnectionsAnswer;
  connection: Connection;
}) {
  const { texts } = useI18n();
  const { bbs } = texts.connections;
  const [isEnding, setEnding] = useState(false);
  const end = useAct(api.connections.endAuthorisation, {
    stale: [api.connections.page],
    onDone: () => setEnding(false),
  });
  return (
    <>
      <Link className="button" to={paths.history} params={{ mandantId }} search={{ art: 'connection' }}>
        {bbs.history}
      </Link>
      <MenuButton
        label={texts.basics.more}
        items={
          <>
            {page.connectedAppsUrl && (
              <MenuItem icon="link" href={page.connectedAppsUrl} target="_blank">
                {bbs.apps}
              </MenuItem>
            )}
            <MenuItem icon="cut" danger onAction={() => setEnding(true)}>
              {bbs.end}
            </MenuItem>
          </>
        }
      />
      <ConfirmDialog
        title={bbs.endTitle}
        isOpen={isEnding}
        onClose={() => setEnding(false)}
        onConfirm={() => end.mutate({ params: { mandantId, connectionId: connection.id } })}
        confirm={bbs.end}
        danger
        isPending={end.isPending}
      >
        <p>{bbs.endText}</p>
        {end.error && <ProblemBanner error={end.error} />}
      </ConfirmDialog>
    </>
  );
}
