import { figuresNeedHand, type VoucherStatus } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Card } from '../../ui/Card.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import { statusLook } from '../vouchers/states.ts';
import type { Overview } from './answers.ts';
import { FiguresStep } from './FiguresStep.tsx';

const urgent: readonly Exclude<VoucherStatus, 'delivered'>[] = ['question', 'error', 'waiting', 'received'];

/** What this person can do something about: vouchers that hang, and the step that brings figures again. */
export function ToDo({ mandantId, data, mayHandIn }: { mandantId: string; data: Overview; mayHandIn: boolean }) {
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
  return (
    <Card
      title={words.missing}
      aside={
        mayHandIn && (
          <Link
            className="button button-primary"
            to={paths.vouchers}
            params={{ mandantId }}
            search={{ einreichen: true }}
          >
            <Icon name="upload" size={17} />
            {words.handIn}
          </Link>
        )
      }
    >
      {open.length === 0 && !figures ? (
        <p className="quiet">{words.nothing}</p>
      ) : (
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
          {figures && (
            <li>
              <span className="todo-icon">
                <FiguresBadge figures={figures} plain />
              </span>
              <FiguresStep step={figures.nextStep} whoCanAct={figures.whoCanAct} mandantId={mandantId} />
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}
