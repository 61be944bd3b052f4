import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAsk } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import { paths } from '../../../paths.ts';
import { useSurroundings } from '../../../surroundings.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { ConfirmConnector } from '../../connectors/ConfirmConnector.tsx';
import type { CardProps } from './DatevconnectCard.tsx';
import './datevconnect.css';

type Name = 'downloaded' | 'paired' | 'confirmed' | 'reached' | 'released' | 'bound' | 'firstRun';
type Step = { name: Name; done: boolean; text: string; act?: ReactNode };

/** From the download to the first figures. Each step ticks itself; the first that is open says what to do, and who. */
export function SetUpSteps(props: CardProps) {
  const { texts } = useI18n();
  const { steps: words } = texts.datevconnect;
  const steps = useSteps(props);
  if (!props.mandant.engagement) return <p>{words.withoutFirm}</p>;
  const current = steps.find((step) => !step.done);
  return (
    <ol className="steps" aria-label={words.title}>
      {steps.map((step) => (
        <li
          key={step.name}
          className={step.done ? 'step step-done' : step === current ? 'step step-current' : 'step'}
          {...(step === current ? { 'aria-current': 'step' as const } : {})}
        >
          <Icon name={step.done ? 'circleCheck' : step === current ? 'clock' : 'dotted'} className="step-icon" />
          <div className="grow">
            <span className="visually-hidden">
              {step.done ? words.done : step === current ? words.current : words.open}:{' '}
            </span>
            {step.text}
            {step === current && (
              <p className="small quiet">
                {hintOf(step.name, props, words)} {whoOf(step.name, props, words)}
              </p>
            )}
          </div>
          {step === current && step.act}
        </li>
      ))}
    </ol>
  );
}

type Words = ReturnType<typeof useI18n>['texts']['datevconnect']['steps'];

function useSteps({ card, sync }: CardProps): Step[] {
  const { texts, format } = useI18n();
  const { datevconnect } = texts;
  const { steps: words } = datevconnect;
  const { now } = useSurroundings();
  const downloaded = useDownloaded(card.mayInstall ? card.firmId : null) || card.steps.paired;
  const { connector, client, firmId, steps } = card;
  const isOfFirm = firmId !== null;
  const numbers = client && `${client.consultantNumber} / ${client.mandantNumber}`;
  const all: (Step | false)[] = [
    // What the Mandant's own people are not told is not shown to them as open.
    card.mayInstall && { name: 'downloaded', done: downloaded, text: words.downloaded },
    {
      name: 'paired',
      done: steps.paired,
      text: connector && steps.paired ? words.pairedAt(connector.machine, connector.version) : words.paired,
    },
    {
      name: 'confirmed',
      done: steps.confirmed,
      text: words.confirmed,
      act: card.mayInstall && connector?.state === 'unconfirmed' && firmId && (
        <ConfirmConnector firmId={firmId} connector={connector} />
      ),
    },
    (isOfFirm || steps.bound) && {
      name: 'reached',
      done: steps.reached,
      text: words.reached,
      act: card.mayInstall && <Link to={paths.connectors}>{datevconnect.toConnectors}</Link>,
    },
    { name: 'released', done: steps.released, text: words.released },
    {
      name: 'bound',
      done: steps.bound,
      text:
        steps.bound && client && numbers
          ? words.boundTo(datevconnect.datasetOf(client.companyName, numbers))
          : words.bound,
    },
    {
      name: 'firstRun',
      done: steps.bound && sync.firstReadAt !== null,
      text: sync.firstReadAt ? words.firstRunAt(format.moment(sync.firstReadAt, now())) : words.firstRun,
    },
  ];
  return all.filter((step) => step !== false);
}

/** A Verbindungsdatei was created lately. Only Kanzlei-Admins may ask. */
function useDownloaded(firmId: string | null): boolean {
  const list = useAsk(api.connectors.list, { params: { firmId: firmId ?? '' } }, { enabled: firmId !== null });
  return list.data?.files.some((file) => file.state === 'open' || file.state === 'used') ?? false;
}

function hintOf(name: Name, { card }: CardProps, { hints }: Words): string {
  if (name === 'bound' && card.request) return hints.request;
  if (name === 'firstRun' && !card.switchedOn) return hints.firstRunOff;
  return hints[name];
}

/** Only where it is not the person reading. */
function whoOf(name: Name, { card }: CardProps, { firm, admin }: Words): string {
  if (name === 'firstRun') return '';
  if (card.firmId === null) return firm;
  if (name === 'bound') return card.mayBind ? '' : admin;
  return card.mayInstall ? '' : admin;
}
