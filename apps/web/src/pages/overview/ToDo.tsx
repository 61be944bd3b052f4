import { figuresNeedHand, type Right, type VoucherStatus } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Card } from '../../ui/Card.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import { statusLook } from '../vouchers/states.ts';
import type { Overview } from './answers.ts';
import { FiguresStep } from './FiguresStep.tsx';
import { handStepOf, VouchersStep } from './VouchersStep.tsx';

const urgent: readonly Exclude<VoucherStatus, 'delivered'>[] = ['question', 'error', 'waiting', 'received'];

type Props = { mandantId: string; data: Overview; rights: readonly Right[] };

/** What this person can do something about: vouchers that hang, and the step that brings figures again. */
export function ToDo({ mandantId, data, rights }: Props) {
  const { mandant: words } = useTexts().overview;
  return (
    <Card
      title={words.missing}
      aside={rights.includes('handIn') && <HandInLink mandantId={mandantId} kind="primary" />}
    >
      <ToDoList mandantId={mandantId} data={data} rights={rights} />
    </Card>
  );
}

export function HandInLink({ mandantId, kind }: { mandantId: string; kind: 'primary' | 'normal' }) {
  const { mandant: words } = useTexts().overview;
  return (
    <Link
      className={kind === 'primary' ? 'button button-primary' : 'button'}
      to={paths.vouchers}
      params={{ mandantId }}
      search={{ einreichen: true }}
    >
      <Icon name="upload" size={17} />
      {words.handIn}
    </Link>
  );
}

export function ToDoList({ mandantId, data, rights }: Props) {
  const { mandant: words } = useTexts().overview;
  const sentences = {
    question: words.questions,
    error: words.errors,
    waiting: words.waiting,
    received: words.received,
  };
  const open = urgent.flatMap((status) => {
    const count = data.counts.find((each) => each.status === status)?.count ?? 0;
    return count > 0 ? [{ status, sentence: sentences[status](count) }] : [];
  });
  const figures =
    data.figures && figuresNeedHand(data.figures.nextStep) && data.figures.whoCanAct === 'you' && data.figures;
  const step = rights.includes('connections') ? handStepOf(data.connectionState) : null;
  if (open.length === 0 && !figures && !step) return <p className="quiet">{words.nothing}</p>;
  return (
    <ul className="todo">
      {open.map(({ status, sentence }) => (
        <li key={status}>
          <span className={`badge-plain badge-${statusLook[status].tone} todo-icon`}>
            <Icon name={statusLook[status].icon} />
          </span>
          <Link to={paths.vouchers} params={{ mandantId }} search={{ status }}>
            {sentence}
          </Link>
        </li>
      ))}
      {step && (
        <li>
          <span className="todo-icon">
            <ConnectionBadge state={data.connectionState} plain />
          </span>
          <VouchersStep step={step} mandantId={mandantId} mayConnect />
        </li>
      )}
      {figures && (
        <li>
          <span className="todo-icon">
            <FiguresBadge figures={figures} plain />
          </span>
          <FiguresStep step={figures.nextStep} whoCanAct={figures.whoCanAct} mandantId={mandantId} />
        </li>
      )}
    </ul>
  );
}
