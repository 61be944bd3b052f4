import { api } from '@bruecke/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct, useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { MandantPageFrame } from '../mandanten/MandantHeader.tsx';
import { InviteMember } from '../members/InviteMember.tsx';
import { CutDone } from './CutDone.tsx';
import './cut.css';
import type { Cut, Preview } from './answers.ts';

const steps = ['ends', 'keeps', 'confirm'] as const;
type Step = (typeof steps)[number];

/** Trennen in three steps: what will happen, who keeps what, confirm by typing the Mandant's name. */
export function CutPage() {
  const { cut } = useI18n().texts.connections;
  const { mandantId } = useParams({ from: '/shell/optionen/mandanten/$mandantId/verbindungen/trennen' });
  const [done, setDone] = useState<Cut | null>(null);
  const preview = useAsk(api.engagement.previewCut, { params: { mandantId } }, { enabled: done === null });
  if (done) return <CutDone mandantId={mandantId} cut={done} />;
  return (
    <MandantPageFrame mandantId={mandantId} title={cut.title}>
      {() => (
        <Loaded query={preview}>{(data) => <Steps mandantId={mandantId} preview={data} onDone={setDone} />}</Loaded>
      )}
    </MandantPageFrame>
  );
}

/** Who is signed in stays known; what could be cut can't be asked a second time. */
const kept: readonly string[] = [api.auth.me.path, api.engagement.previewCut.path];

type StepsProps = { mandantId: string; preview: Preview; onDone: (cut: Cut) => void };

function Steps({ mandantId, preview, onDone }: StepsProps) {
  const { texts } = useI18n();
  const { cut } = texts.connections;
  const [step, setStep] = useState<Step>('ends');
  const at = steps.indexOf(step);
  const go = (to: number) => setStep(steps[to] ?? 'ends');
  return (
    <div className="stack">
      <ol className="cut-steps">
        {steps.map((each, index) => (
          <li key={each} className={index <= at ? 'cut-step cut-step-on' : 'cut-step'}>
            <span className="num">{index + 1}</span>
            <span {...(each === step ? { 'aria-current': 'step' as const } : {})}>{cut.steps[each]}</span>
          </li>
        ))}
      </ol>
      {preview.refusal && <Refused mandantId={mandantId} refusal={preview.refusal} />}
      {step === 'ends' && <Ends preview={preview} />}
      {step === 'keeps' && <Keeps preview={preview} />}
      {step === 'confirm' && <Confirm mandantId={mandantId} preview={preview} onDone={onDone} />}
      <div className="row">
        {at > 0 && <Button onPress={() => go(at - 1)}>{texts.basics.back}</Button>}
        {step !== 'confirm' && (
          <Button kind="primary" isDisabled={preview.refusal !== null} onPress={() => go(at + 1)}>
            {cut.next}
          </Button>
        )}
        <Link className="button button-quiet" to={paths.connections} params={{ mandantId }}>
          {texts.basics.cancel}
        </Link>
      </div>
    </div>
  );
}

/** What must be done first, and how far it is: who is invited already. */
function Refused({ mandantId, refusal }: { mandantId: string; refusal: NonNullable<Preview['refusal']> }) {
  const { cut } = useI18n().texts.connections;
  const members = useAsk(api.mandanten.listMembers, { params: { mandantId } });
  const admins = members.data?.invitations.filter((each) => each.role === 'admin') ?? [];
  return (
    <Banner tone="bad" title={cut.refusedTitle} actions={<InviteMember mandantId={mandantId} onlyAdmin />}>
      {cut.refused[refusal]} {admins.length > 0 && cut.invited(admins.map(({ email }) => email).join(', '))}
    </Banner>
  );
}

function Ends({ preview }: { preview: Preview }) {
  const { cut } = useI18n().texts.connections;
  const { ends } = preview;
  return (
    <Card title={cut.steps.ends} description={cut.intro(preview.firmName, preview.mandantName)}>
      <ul className="cut-list">
        <li>
          <strong>{cut.people(ends.people.length)}</strong>
          <div className="quiet">{ends.people.map((person) => person.name).join(', ')}</div>
        </li>
        {ends.connections > 0 && <li>{cut.connections(ends.connections)}</li>}
        {ends.connectorBindings > 0 && <li>{cut.connectorBindings(ends.connectorBindings)}</li>}
        {ends.grants > 0 && <li>{cut.grants(ends.grants)}</li>}
        {ends.waitingDeliveries > 0 && <li>{cut.waiting(ends.waitingDeliveries)}</li>}
        {ends.unclearDeliveries > 0 && <li>{cut.unclear(ends.unclearDeliveries)}</li>}
        {ends.apiKeys > 0 && <li>{cut.apiKeys(ends.apiKeys)}</li>}
        {ends.assignments > 0 && <li>{cut.assignments(ends.assignments)}</li>}
      </ul>
    </Card>
  );
}

function Keeps({ preview }: { preview: Preview }) {
  const { cut } = useI18n().texts.connections;
  const { stays } = preview;
  return (
    <>
      <Card title={cut.mandantKeeps} description={preview.mandantName}>
        <ul className="cut-list">
          <li>{cut.vouchers(stays.vouchers)}</li>
          <li>{cut.receipts(stays.receipts)}</li>
          {preview.ends.connectorBindings > 0 && <li>{cut.figures}</li>}
          <li>{cut.historyEntries(stays.historyEntries)}</li>
          <li>{cut.ownPeople(stays.people)}</li>
        </ul>
      </Card>
      <Card title={cut.firmKeeps} description={`${preview.firmName}: ${cut.firmKeepsText}`} />
      <Card title={cut.afterwards} description={cut.afterwardsText} />
    </>
  );
}

function Confirm({ mandantId, preview, onDone }: StepsProps) {
  const { texts } = useI18n();
  const { cut } = texts.connections;
  const [name, setName] = useState('');
  const matches = name.trim() === preview.mandantName;
  const client = useQueryClient();
  const act = useAct(api.engagement.cut, {
    onDone: ({ endedAt }) => {
      onDone({ endedAt, preview });
      // Nothing read before the cut may be shown after it, least of all to the firm.
      void client.resetQueries({ predicate: ({ queryKey }) => !kept.includes(String(queryKey[0])) });
      void client.invalidateQueries({ queryKey: [api.auth.me.path] });
    },
  });
  const confirm = () => {
    if (matches) act.mutate({ params: { mandantId }, body: { mandantName: name.trim() } });
  };
  return (
    <Card title={cut.steps.confirm} description={cut.irreversible}>
      <div className="form">
        <TextField
          label={texts.basics.typeToConfirm(preview.mandantName)}
          value={name}
          onChange={setName}
          onEnter={confirm}
          autoComplete="off"
          {...(name !== '' && !matches ? { hint: texts.basics.typedWrong } : {})}
        />
        {act.error && <ProblemBanner error={act.error} />}
        <div>
          <Button kind="danger" isDisabled={!matches} isPending={act.isPending} onPress={confirm}>
            {cut.confirm}
          </Button>
        </div>
      </div>
    </Card>
  );
}
