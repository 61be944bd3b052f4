import { api } from '@bruecke/contract';
import { Link, useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useAsk } from '../../api/query.tsx';
import { describeCause } from '../../i18n/describeCause.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { EmptyState, ErrorState } from '../../ui/States.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import type { Flow } from './answers.ts';
import { ChooseDataset } from './ChooseDataset.tsx';
import { useBackFromDatev } from './useBackFromDatev.ts';
import { useDatevWay } from './useDatevWay.ts';

/** Back from DATEV's sign-in: choose the one dataset, then on to the long-term consent for it. */
export function DatevSignInPage() {
  const { datev } = useI18n().texts.connections;
  const { mandantId, flowId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen/datev/$flowId' });
  const [text, setText] = useState('');
  const flow = useAsk(
    api.connections.getSignIn,
    { params: { mandantId, flowId }, query: { text } },
    { keepPrevious: true },
  );
  useBackFromDatev(() => void flow.refetch());
  return (
    <MandantPageFrame mandantId={mandantId} title={datev.title}>
      {(mandant) => (
        <Loaded query={flow}>
          {(data) =>
            data.state === 'choosing' ? (
              <ChooseDataset mandant={mandant} flowId={flowId} flow={data} text={text} onText={setText} />
            ) : (
              <Elsewhere mandantId={mandantId} flow={data} />
            )
          }
        </Loaded>
      )}
    </MandantPageFrame>
  );
}

/** Any other point of the way: still at DATEV, a dataset chosen, or failed. */
function Elsewhere({ mandantId, flow }: { mandantId: string; flow: Flow }) {
  const { texts } = useI18n();
  const { datev } = texts.connections;
  const way = useDatevWay(mandantId);
  const back = (
    <Link className="button" to={paths.connections} params={{ mandantId }}>
      {datev.toConnections}
    </Link>
  );
  const again = (
    <Button kind="primary" isPending={way.isPending} onPress={() => way.connect(flow.connectionId ?? undefined)}>
      {datev.again}
    </Button>
  );
  if (flow.state === 'done') return <Chosen mandantId={mandantId} back={back} again={again} />;
  if (flow.state !== 'failed') {
    return (
      <EmptyState
        icon="clock"
        title={datev.waiting}
        actions={
          <>
            {again}
            {back}
          </>
        }
      >
        {datev.waitingText}
      </EmptyState>
    );
  }
  const { what, why, next, who } = describeCause(signInCause(flow.failure?.code), texts);
  return (
    <>
      <ErrorState
        title={datev.failed}
        words={{ what, why, next, who }}
        actions={
          <>
            {again}
            {back}
            {flow.failure?.helpUrl && (
              <a href={flow.failure.helpUrl} target="_blank" rel="noreferrer">
                {texts.causes.labels.help}
              </a>
            )}
          </>
        }
      />
      {way.error !== null && <ProblemBanner error={way.error} />}
    </>
  );
}

type ChosenProps = { mandantId: string; back: ReactNode; again: ReactNode };

/** This sign-in has done its part, the choice of a dataset; whether the consent for it followed is told by the connection. */
function Chosen({ mandantId, back, again }: ChosenProps) {
  const { datev, duo } = useI18n().texts.connections;
  const page = useAsk(api.connections.page, { params: { mandantId } });
  const way = useDatevWay(mandantId);
  return (
    <Loaded query={page}>
      {({ connections }) => {
        const connection = connections.find((each) => each.state !== 'severed');
        if (connection?.authorisation?.valid)
          return <EmptyState icon="circleCheck" title={datev.done} actions={back} />;
        const consent = connection && (
          <Button kind="primary" isPending={way.isPending} onPress={() => way.renew(connection)}>
            {datev.consent}
          </Button>
        );
        return (
          <>
            <EmptyState
              icon="clock"
              title={connection ? datev.consentMissing : datev.failed}
              actions={
                <>
                  {consent ?? again}
                  {back}
                </>
              }
            >
              {connection && `${duo.dataset}: ${connection.dataset.companyName}`}
            </EmptyState>
            {way.error !== null && <ProblemBanner error={way.error} />}
          </>
        );
      }}
    </Loaded>
  );
}

/** Other than a voucher, a sign-in does not try again by itself: a person has to. */
function signInCause(code: string | undefined): string {
  if (code === undefined) return 'datev_sign_in_failed';
  return ['unavailable', 'unreachable', 'unclear', 'rateLimited'].includes(code) ? 'datev_unavailable' : code;
}
