import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAct } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import { Button } from '../../ui/Button.tsx';
import { Card, type Definition, DefinitionGrid } from '../../ui/Card.tsx';
import type { IconName } from '../../ui/Icon.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import type { Connector } from './answers.ts';
import { Complaint } from './Complaint.tsx';
import { ConfirmConnector } from './ConfirmConnector.tsx';
import { ConnectorMenu } from './ConnectorMenu.tsx';
import { Fingerprint } from './Fingerprint.tsx';
import { ProbeFindings, troublesOf } from './ProbeFindings.tsx';
import './connectors.css';

type Props = { firmId: string; connector: Connector };

/** One connector: where it runs, whether it lives, what it complains of, whose figures it brings. */
export function ConnectorCard({ firmId, connector }: Props) {
  const { texts, format } = useI18n();
  const { connectors: words } = texts;
  const { now } = useSurroundings();
  const isRevoked = connector.state === 'revoked';
  return (
    <Card
      title={connector.machine}
      description={connector.os}
      aside={<ConnectorBadge connector={connector} />}
      foot={
        connector.probedAt ? words.lastProbe(format.moment(connector.probedAt, now())) : !isRevoked && words.notProbed
      }
      actions={<Actions firmId={firmId} connector={connector} />}
    >
      <div className="stack">
        <DefinitionGrid items={useFacts(connector)} />
        {connector.state === 'unconfirmed' && <p>{words.waits}</p>}
        {connector.keyChangeAskedAt && !isRevoked && (
          <p>{words.keyAsked(format.moment(connector.keyChangeAskedAt, now()))}</p>
        )}
        {connector.lastError && !isRevoked && <Complaint error={connector.lastError} findings={connector.findings} />}
        <div>
          <div className="connector-term">{words.fingerprint}</div>
          <Fingerprint text={connector.fingerprint} />
        </div>
        {connector.state !== 'unconfirmed' && <Mandanten connector={connector} />}
        {!isRevoked && <ProbeFindings findings={connector.findings} />}
      </div>
    </Card>
  );
}

/** State in words, icon and colour: what most needs to be known first. */
function ConnectorBadge({ connector }: { connector: Connector }) {
  const { states } = useI18n().texts.connectors;
  const [state, tone, icon] = lookOf(connector);
  return (
    <StateBadge tone={tone} {...(icon ? { icon } : {})}>
      {states[state]}
    </StateBadge>
  );
}

type Shown = 'unconfirmed' | 'confirmed' | 'silent' | 'revoked' | 'troubled';

function lookOf(connector: Connector): [Shown, Tone, IconName?] {
  if (connector.state === 'revoked') return ['revoked', 'wait', 'cut'];
  if (connector.state === 'unconfirmed') return ['unconfirmed', 'warn'];
  if (connector.silent) return ['silent', 'bad'];
  const troubles = troublesOf(connector.findings);
  if (troubles.some((each) => each.severity === 'blocking')) return ['troubled', 'bad'];
  if (troubles.length > 0 || connector.lastError) return ['troubled', 'warn'];
  return ['confirmed', 'ok'];
}

function useFacts(connector: Connector): Definition[] {
  const { texts, format } = useI18n();
  const { connectors: words } = texts;
  const { now } = useSurroundings();
  const at = (when: string, name: string | null) => {
    const text = format.moment(when, now());
    return name ? words.byAt(text, name) : text;
  };
  return [
    { term: words.version, value: connector.version },
    {
      term: words.lastSeen,
      value: connector.lastSeenAt ? format.moment(connector.lastSeenAt, now()) : words.neverSeen,
    },
    { term: words.paired, value: at(connector.pairedAt, null) },
    ...(connector.confirmedAt
      ? [{ term: words.confirmed, value: at(connector.confirmedAt, connector.confirmedBy) }]
      : []),
    ...(connector.revokedAt ? [{ term: words.revoked, value: at(connector.revokedAt, connector.revokedBy) }] : []),
    { term: words.keySince, value: format.moment(connector.keySince, now()) },
    { term: words.released, value: format.number(connector.released) },
  ];
}

const shownMandanten = 12;

/** With the way to each one's Verbindungen; a firm has hundreds, so only the first are named. */
function Mandanten({ connector }: { connector: Connector }) {
  const { connectors: words } = useI18n().texts;
  const { mandanten } = connector;
  return (
    <div>
      <div className="connector-term" id={`mandanten-${connector.id}`}>
        {words.mandanten}
      </div>
      {mandanten.length === 0 ? (
        <p className="quiet">{words.noMandanten}</p>
      ) : (
        <ul className="connector-mandanten" aria-labelledby={`mandanten-${connector.id}`}>
          {mandanten.slice(0, shownMandanten).map((each) => (
            <li key={each.id}>
              <Link to={paths.connections} params={{ mandantId: each.id }}>
                {each.switchedOn ? each.name : words.mandantOff(each.name)}
              </Link>
            </li>
          ))}
          {mandanten.length > shownMandanten && (
            <li className="quiet">{words.moreMandanten(mandanten.length - shownMandanten)}</li>
          )}
        </ul>
      )}
    </div>
  );
}

function Actions({ firmId, connector }: Props) {
  const { connectors: words } = useI18n().texts;
  const probe = useAct(api.connectors.probe, { stale: [api.connectors.list] });
  const isBusy = probe.isPending || connector.probing;
  return (
    <>
      {probe.error && <ProblemBanner error={probe.error} />}
      {connector.state === 'unconfirmed' && <ConfirmConnector firmId={firmId} connector={connector} />}
      {connector.state === 'confirmed' && (
        <Button isPending={isBusy} onPress={() => probe.mutate({ params: { firmId, connectorId: connector.id } })}>
          {isBusy ? words.probing : words.probe}
        </Button>
      )}
      <ConnectorMenu firmId={firmId} connector={connector} />
    </>
  );
}
