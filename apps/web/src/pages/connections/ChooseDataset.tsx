import { api } from '@bruecke/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct, useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import type { Mandant } from '../../session/mandant.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ConfirmDialog } from '../../ui/Dialog.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { Flow } from './answers.ts';
import './datevSignIn.css';

type Dataset = Flow['datasets'][number];
type Props = { mandant: Mandant; flowId: string; flow: Flow; text: string; onText: (text: string) => void };

/** The dataset whose numbers fit stands first and alone; any other needs a second look and a confirmation. */
export function ChooseDataset({ mandant, flowId, flow, text, onText }: Props) {
  const { texts } = useI18n();
  const { datev } = texts.connections;
  const [differing, setDiffering] = useState<Dataset | null>(null);
  const choose = useAct(api.connections.chooseDataset, { onDone: ({ url }) => window.location.assign(url) });
  const params = { mandantId: mandant.id, flowId };
  const take = (dataset: Dataset, numbersConfirmed: boolean) =>
    choose.mutate({ params, body: { key: dataset.key, ...(numbersConfirmed ? { numbersConfirmed } : {}) } });
  const { engagement } = mandant;
  const fitting = engagement ? flow.datasets.filter((each) => each.fits) : [];
  const others = flow.datasets.filter((each) => !fitting.includes(each));
  const expected = engagement ? `${engagement.consultantNumber} / ${engagement.mandantNumber}` : null;
  return (
    <div className="stack">
      <p>
        {flow.personName && <strong>{datev.signedInAs(flow.personName)}</strong>} {datev.chooseText}
      </p>
      {choose.error && !differing && <ProblemBanner error={choose.error} />}
      {flow.datasets.length === 0 && text === '' && (
        <Banner tone="warn" title={datev.none}>
          {datev.noneNext}
        </Banner>
      )}
      {fitting.map((dataset) => (
        <Card
          key={dataset.key}
          title={dataset.companyName}
          description={<span className="num">{numbers(dataset)}</span>}
          aside={
            <>
              <StateBadge tone="ok">{datev.fits}</StateBadge>
              <Button kind="primary" isPending={choose.isPending} onPress={() => take(dataset, false)}>
                {datev.choose}
              </Button>
            </>
          }
        />
      ))}
      {(others.length > 0 || text !== '') && (
        <Card
          title={fitting.length > 0 ? datev.others : datev.all}
          description={expected && (fitting.length > 0 ? datev.othersText(expected) : datev.noneFits(expected))}
        >
          <SearchField label={datev.search} value={text} onChange={onText} />
          {flow.datasetsTotal > flow.datasets.length && (
            <p className="small quiet datasets-more">{datev.more(flow.datasetsTotal)}</p>
          )}
          <Datasets
            datasets={others}
            isPending={choose.isPending}
            onChoose={(dataset) => (dataset.fits ? take(dataset, false) : setDiffering(dataset))}
          />
        </Card>
      )}
      <Abandon mandantId={mandant.id} flowId={flowId} />
      <ConfirmDialog
        title={datev.differTitle}
        isOpen={differing !== null}
        onClose={() => setDiffering(null)}
        onConfirm={() => differing && take(differing, true)}
        confirm={datev.differConfirm}
        isPending={choose.isPending}
      >
        {differing && <p>{datev.differText(`${differing.companyName}, ${numbers(differing)}`, expected ?? '–')}</p>}
        {choose.error && <ProblemBanner error={choose.error} />}
      </ConfirmDialog>
    </div>
  );
}

const numbers = (dataset: Dataset) => `${dataset.consultantNumber} / ${dataset.mandantNumber}`;

type ListProps = { datasets: readonly Dataset[]; isPending: boolean; onChoose: (dataset: Dataset) => void };

/** At most 200 come at once; the search finds the rest. */
function Datasets({ datasets, isPending, onChoose }: ListProps) {
  const { texts } = useI18n();
  const { datev } = texts.connections;
  if (datasets.length === 0) return <p className="quiet datasets-more">{texts.basics.noMatch}</p>;
  return (
    <ul className="datasets" aria-label={datev.others}>
      {datasets.map((dataset) => (
        <li key={dataset.key}>
          <span className="grow">{dataset.companyName}</span>
          <span className="num quiet">{numbers(dataset)}</span>
          <Button
            aria-label={`${datev.choose}: ${dataset.companyName}, ${numbers(dataset)}`}
            isDisabled={isPending}
            onPress={() => onChoose(dataset)}
          >
            {datev.take}
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Gives the sign-in up: its session token is revoked at DATEV. */
function Abandon({ mandantId, flowId }: { mandantId: string; flowId: string }) {
  const { datev } = useI18n().texts.connections;
  const navigate = useNavigate();
  const call = useCall();
  const abandon = async () => {
    // What can't be revoked now is revoked by the server within 15 minutes; the person need not wait for it.
    await call(api.connections.abandonSignIn, { params: { mandantId, flowId } }).catch(() => {});
    void navigate({ to: paths.connections, params: { mandantId } });
  };
  return (
    <div>
      <Button kind="quiet" onPress={() => void abandon()}>
        {datev.abandon}
      </Button>
    </div>
  );
}
