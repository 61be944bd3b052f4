import type { FiguresActor, FiguresStep as Step } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';

type Props = {
  step: Step;
  whoCanAct: FiguresActor;
  /** Whose connections the step is about; null: it is done at the connector. */
  mandantId: string | null;
};

/** The next step in a few words: a way for whoever can take it, for others who that is. */
export function FiguresStep({ step, whoCanAct, mandantId }: Props) {
  const { datevconnect, connections, basics } = useTexts();
  const { todo } = datevconnect;
  if (!isTold(todo, step)) return <span />;
  if (whoCanAct !== 'you')
    return (
      <span>
        {todo[step]}. <span className="quiet">{connections.who(basics.problem.whoCanAct[whoCanAct])}</span>
      </span>
    );
  if (mandantId === null) return <Link to={paths.connectors}>{todo[step]}</Link>;
  return (
    <Link to={paths.connections} params={{ mandantId }}>
      {todo[step]}
    </Link>
  );
}

const isTold = <Told extends object>(todo: Told, step: Step): step is Step & Extract<keyof Told, Step> =>
  Object.hasOwn(todo, step);
