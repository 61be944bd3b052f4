import { api } from '@bruecke/contract';
import { useAct, useAsk } from '../../../api/query.tsx';
import { useI18n } from '../../../i18n/I18n.tsx';
import type { Mandant } from '../../../session/mandant.ts';
import { useSurroundings } from '../../../surroundings.ts';
import { Card } from '../../../ui/Card.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { ProblemBanner } from '../../../ui/ProblemBanner.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { Complaint } from '../../connectors/Complaint.tsx';
import { isOfDatev } from '../../connectors/describeComplaint.ts';
import { ProbeFindings } from '../../connectors/ProbeFindings.tsx';
import type { FiguresCard, FiguresProps } from '../answers.ts';
import { ConnectionBadge } from '../ConnectionBadge.tsx';
import { FiguresBadge } from '../FiguresBadge.tsx';
import { AllowedCalls } from './AllowedCalls.tsx';
import { BindingRequest } from './BindingRequest.tsx';
import { CardActions } from './CardActions.tsx';
import { Facts } from './Facts.tsx';
import { NextStep } from './NextStep.tsx';
import { SetUpSteps } from './SetUpSteps.tsx';
import { SyncProgress } from './SyncProgress.tsx';
import { useFiguresState } from './useFiguresState.ts';

/** DATEVconnect: set-up that ticks itself, machine, live transfer, switch, and what the connector may call. */
export function DatevconnectCard({ mandant }: { mandant: Mandant }) {
  const params = { mandantId: mandant.id };
  const card = useAsk(api.datevconnect.card, { params });
  const sync = useAsk(api.figures.state, { params });
  return (
    <Loaded query={card}>
      {(data) => (
        <Loaded query={sync}>{(figures) => <Connected mandant={mandant} card={data} sync={figures} />}</Loaded>
      )}
    </Loaded>
  );
}

function Connected(props: FiguresProps) {
  const { mandant, card, sync } = props;
  const { texts, format } = useI18n();
  const { datevconnect: words } = texts;
  const { now } = useSurroundings();
  const set = useAct(api.datevconnect.switch, { stale: [api.datevconnect.card, api.figures.state] });
  const { bound } = card.steps;
  const isReady = bound && sync.firstReadAt !== null;
  return (
    <Card
      title={words.title}
      description={words.text}
      aside={
        <>
          <Badge card={card} sync={sync} />
          {bound && (
            <Switch
              label={words.switchLabel}
              isSelected={set.isPending ? set.variables.body.on : card.switchedOn}
              isDisabled={!card.mayManage || set.isPending}
              onChange={(on) => set.mutate({ params: { mandantId: mandant.id }, body: { on } })}
            />
          )}
        </>
      }
      foot={
        <>
          {bound && (
            <div>{card.checkedAt ? words.lastCheck(format.moment(card.checkedAt, now())) : words.neverChecked}</div>
          )}
          <AllowedCalls />
        </>
      }
      actions={<CardActions {...props} />}
    >
      <div className="stack">
        {card.request && <BindingRequest mandant={mandant} request={card.request} mayManage={card.mayManage} />}
        {(bound || card.client) && <Facts card={card} sync={sync} />}
        {set.error && <ProblemBanner error={set.error} />}
        {bound && <ProbeFindings findings={card.findings} />}
        {bound && <ProgramComplaint card={card} />}
        {!isReady && <SetUpSteps {...props} />}
        {isReady && <SyncProgress sync={sync} switchedOn={card.switchedOn} />}
        {bound && <NextStep card={card} sync={sync} />}
      </div>
    </Card>
  );
}

/** What the program itself complains of, whoever it was asked for. */
function ProgramComplaint({ card }: { card: FiguresCard }) {
  const error = card.connector?.lastError;
  if (!error || isOfDatev(error.code)) return null;
  return <Complaint error={error} findings={card.findings} />;
}

/** As in lists; how new the figures are stands among the facts here. */
function Badge({ card, sync }: Pick<FiguresProps, 'card' | 'sync'>) {
  const state = useFiguresState({ card, sync });
  return state ? <FiguresBadge figures={{ state, stand: null }} /> : <ConnectionBadge state="not_set_up" />;
}
