import { figuresNeedHand, type Right } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Card } from '../../ui/Card.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import type { Overview } from './answers.ts';
import { FiguresStep } from './FiguresStep.tsx';
import { handStepOf, VouchersStep } from './VouchersStep.tsx';

type Props = { mandantId: string; data: Overview; rights: readonly Right[] };

/** Both ways to DATEV: vouchers out, figures in, and what others have to do; what this person can do is among the things to do. */
export function Ways({ mandantId, data, rights }: Props) {
  const { mandant: words } = useTexts().overview;
  return (
    <Card title={words.connection}>
      <ul className="ways">
        <WayItems mandantId={mandantId} data={data} rights={rights} />
      </ul>
    </Card>
  );
}

export function WayItems({ mandantId, data, rights }: Props) {
  const { mandant: words } = useTexts().overview;
  const { figures } = data;
  const step = rights.includes('connections') ? null : handStepOf(data.connectionState);
  const isOthers = figures && figuresNeedHand(figures.nextStep) && figures.whoCanAct !== 'you';
  return (
    <>
      <li className="way">
        <span className="way-name">{words.vouchersOut}</span>
        <Link to={paths.connections} params={{ mandantId }} className="badge-link">
          <ConnectionBadge state={data.connectionState} />
        </Link>
        {step && (
          <p className="small way-more">
            <VouchersStep step={step} mandantId={mandantId} mayConnect={false} />
          </p>
        )}
      </li>
      <li className="way">
        <span className="way-name">{words.figuresIn}</span>
        <Link to={paths.connections} params={{ mandantId }} className="badge-link">
          {figures ? <FiguresBadge figures={figures} /> : <ConnectionBadge state="not_set_up" />}
        </Link>
        {isOthers && (
          <p className="small way-more">
            <FiguresStep step={figures.nextStep} whoCanAct={figures.whoCanAct} mandantId={mandantId} />
          </p>
        )}
      </li>
    </>
  );
}
