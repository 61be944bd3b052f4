import { api } from '@bruecke/contract';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/call.ts';
import { useAct, useAsk, useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import { useDatevWay } from './useDatevWay.ts';
import './datevSignIn.css';

type Flow = Answer<typeof api.connections.getSignIn>;
type Dataset = Flow['datasets'][number];

/** Back from DATEV's sign-in: choose the one dataset, then consent for it. */
export function DatevSignInPage() {
  const { datev } = useI18n().texts.connections;
  const { mandantId, flowId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen/datev/$flowId' });
  const [text, setText] = useState('');
  const flow = useAsk(
    api.connections.getSignIn,
    { params: { mandantId, flowId }, query: { text } },
    { keepPrevious: true },
  );
  return (
    <MandantPageFrame mandantId={mandantId} title={datev.title}>
      {() => (
        <Loaded query={flow}>
          {(data) =>
            data.state === 'choosing' ? (
              <Choosing mandantId={mandantId} flowId={flowId} flow={data} text={text} onText={setText} />
            ) : (
              <Elsewhere mandantId={mandantId} flow={data} />
            )
          }
        </Loaded>
      )}
    </MandantPageFrame>
  );
}

/** Any other point of the way: still at DATEV, done, or failed. */
function Elsewhere({ mandantId, flow }: { mandantId: string; flow: Flow }) {
  const { datev } = useI18n().texts.connections;
  const way = useDatevWay(mandantId);
  const back = (
    <Link className="button" to={paths.connections} params={{ mandantId }}>
      {datev.toConnections}
    </Link>
  );
  if (flow.state === 'done') return <EmptyState icon="circleCheck" title={datev.done} actions={back} />;
  if (flow.state !== 'failed') return <EmptyState icon="clock" title={datev.waiting} actions={back} />;
  return (
    <EmptyState
      icon="octagon"
      title={datev.failed}
      actions={
        <>
          <Button kind="primary" isPending={way.isPending} onPress={() => way.connect()}>
            {datev.again}
          </Button>
          {back}
        </>
      }
    >
      {flow.failure && <FailureWords failure={flow.failure} />}
    </EmptyState>
  );
}

function FailureWords({ failure }: { failure: NonNullable<Flow['failure']> }) {
  const { texts } = useI18n();
  return (
    <p>
      {texts.causes.labels.code(failure.code)}{' '}
      {failure.helpUrl && (
        <a href={failure.helpUrl} target="_blank" rel="noreferrer">
          {texts.causes.labels.help}
        </a>
      )}
    </p>
  );
}

type ChoosingProps = { mandantId: string; flowId: string; flow: Flow; text: string; onText: (text: string) => void };

function Choosing({ mandantId, flowId, flow, text, onText }: ChoosingProps) {
  const { datev } = useI18n().texts.connections;
  const navigate = useNavigate();
  const call = useCall();
  const [differing, setDiffering] = useState<Dataset | null>(null);
  const choose = useAct(api.connections.chooseDataset, { onDone: ({ url }) => window.location.assign(url) });
  const take = (dataset: Dataset, numbersConfirmed: boolean) =>
    choose.mutate({
      params: { mandantId, flowId },
      body: { key: dataset.key, ...(numbersConfirmed ? { numbersConfirmed } : {}) },
    });
  const abandon = async () => {
    await call(api.connections.abandonSignIn, { params: { mandantId, flowId } }).catch(() => {});
    void navigate({ to: paths.connections, params: { mandantId } });
  };
  const sorted = flow.datasets.toSorted((a, b) => Number(b.fits) - Number(a.fits));
  return (
    <div className="stack">
      <div>
        {flow.personName && <p>{datev.signedInAs(flow.personName)}</p>}
        <p className="quiet">{datev.chooseText}</p>
      </div>
      {flow.datasetsTotal > 10 && <SearchField label={datev.search} value={text} onChange={onText} />}
      {flow.datasetsTotal > flow.datasets.length && <p className="small quiet">{datev.more(flow.datasetsTotal)}</p>}
      {choose.error && <ProblemBanner error={choose.error} />}
      {sorted.length === 0 && text === '' && (
        <Banner tone="warn" title={datev.none}>
          {datev.noneNext}
        </Banner>
      )}
      <ul className="datasets">
        {sorted.map((dataset) => (
          <li key={dataset.key} className="dataset">
            <div className="grow">
              <strong>{dataset.companyName}</strong>
              <div className="num quiet">
                {dataset.consultantNumber} / {dataset.mandantNumber}
              </div>
            </div>
            <StateBadge tone={dataset.fits ? 'ok' : 'warn'} plain>
              {dataset.fits ? datev.fits : datev.differs}
            </StateBadge>
            <Button
              kind={dataset.fits ? 'primary' : 'secondary'}
              isDisabled={choose.isPending}
              onPress={() => (dataset.fits ? take(dataset, false) : setDiffering(dataset))}
            >
              {datev.choose}
            </Button>
          </li>
        ))}
      </ul>
      <div>
        <Button kind="quiet" onPress={() => void abandon()}>
          {datev.abandon}
        </Button>
      </div>
      <ConfirmDialog
        title={datev.differTitle}
        isOpen={differing !== null}
        onClose={() => setDiffering(null)}
        onConfirm={() => differing && take(differing, true)}
        confirm={datev.differConfirm}
        isPending={choose.isPending}
      >
        <p>{differing && datev.differText(`${differing.consultantNumber} / ${differing.mandantNumber}`)}</p>
      </ConfirmDialog>
    </div>
  );
}
