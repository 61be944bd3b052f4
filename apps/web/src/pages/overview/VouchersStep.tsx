import { type ConnectionState, nextStepOf } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';

type Hand = 'renew' | 'reauth' | 'fixFindings';

/** What a person has to do so that vouchers go on to DATEV; null where nobody has to. */
export function handStepOf(state: ConnectionState): Hand | null {
  const step = nextStepOf[state];
  return step === 'renew' || step === 'reauth' || step === 'fixFindings' ? step : null;
}

type Props = { step: Hand; mandantId: string; mayConnect: boolean };

/** A way for whoever can take the step, for others who that is. */
export function VouchersStep({ step, mandantId, mayConnect }: Props) {
  const { connections, basics } = useTexts();
  const { todo, who } = connections;
  if (!mayConnect)
    return (
      <span>
        {todo[step]}. <span className="quiet">{who(basics.problem.whoCanAct.eitherAdmin)}</span>
      </span>
    );
  return (
    <Link to={paths.connections} params={{ mandantId }}>
      {todo[step]}
    </Link>
  );
}
