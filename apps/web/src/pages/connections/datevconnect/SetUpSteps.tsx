import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useAsk } from '../../../api/query.tsx';
import { useTexts } from '../../../i18n/I18n.tsx';
import type { Texts } from '../../../i18n/texts.ts';
import { paths } from '../../../paths.ts';
import { Icon } from '../../../ui/Icon.tsx';
import { ConfirmConnector } from '../../connectors/ConfirmConnector.tsx';
import type { FiguresProps } from '../answers.ts';
import { SyncProgress } from './SyncProgress.tsx';
import './datevconnect.css';

type Name = 'downloaded' | 'paired' | 'confirmed' | 'reached' | 'released' | 'bound' | 'firstRun';
type Step = { name: Name; done: boolean /** Instead of the general words. */; text?: string; act?: ReactNode };

/** From the download to the first figures. Each step ticks itself; the first that is open says what to do, and who. */
export function SetUpSteps(props: FiguresProps) {
  const { steps: words } = useTexts().datevconnect;
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
            {step.text ?? (step.done ? words.did : words.todo)[step.name]}
            {step === current && <Hint name={step.name} {...props} />}
          </div>
          {step === current && step.act}
        </li>
      ))}
    </ol>
  );
}

function useSteps({ card, sync }: FiguresProps): Step[] {
  const { datevconnect } = useTexts();
  const downloaded = useDownloaded(card.mayInstall ? card.firmId : null);
  const { connector, client, firmId, steps, mayInstall } = card;
  const all: (Step | false)[] = [
    // What the Mandant's own people are not told is not shown to them as open.
    mayInstall && { name: 'downloaded', done: downloaded || steps.paired },
    {
      name: 'paired',
      done: steps.paired,
      ...(connector && steps.paired ? { text: datevconnect.steps.pairedAt(connector.machine, connector.version) } : {}),
    },
    {
      name: 'confirmed',
      done: steps.confirmed,
      act: mayInstall && firmId && connector?.state === 'unconfirmed' && (
        <ConfirmConnector firmId={firmId} connector={connector} />
      ),
    },
    (firmId !== null || steps.bound) && {
      name: 'reached',
      done: steps.reached,
      act: mayInstall && <Link to={paths.connectors}>{datevconnect.toConnectors}</Link>,
    },
    { name: 'released', done: steps.released },
    {
      name: 'bound',
      done: steps.bound,
      ...(client && steps.bound
        ? {
            text: datevconnect.steps.boundTo(
              datevconnect.datasetOf(client.companyName, `${client.consultantNumber} / ${client.mandantNumber}`),
            ),
          }
        : {}),
    },
    { name: 'firstRun', done: steps.bound && sync.firstReadAt !== null },
  ];
  return all.filter((step) => step !== false);
}

/** A Verbindungsdatei was created lately. Only Kanzlei-Admins may ask. */
function useDownloaded(firmId: string | null): boolean {
  const list = useAsk(api.connectors.list, { params: { firmId: firmId ?? '' } }, { enabled: firmId !== null });
  return list.data?.files.some((file) => file.state === 'open' || file.state === 'used') ?? false;
}

/** What to do, and who where it is not the person reading; during the first transfer how far it is. */
function Hint({ name, card, sync }: FiguresProps & { name: Name }) {
  const { hints, firm, admin } = useTexts().datevconnect.steps;
  if (name === 'firstRun' && card.switchedOn && (sync.run || sync.lastRun))
    return <SyncProgress sync={sync} switchedOn />;
  const isReader = name === 'bound' ? card.mayBind : card.mayInstall;
  const who = card.firmId === null ? firm : admin;
  return (
    <p className="small quiet">
      {hintOf(name, card, hints)} {!isReader && name !== 'firstRun' && who}
    </p>
  );
}

function hintOf(name: Name, card: FiguresProps['card'], hints: Texts['datevconnect']['steps']['hints']): string {
  if (name === 'bound' && card.request) return hints.request;
  if (name === 'firstRun' && !card.switchedOn) return hints.firstRunOff;
  return hints[name];
}
