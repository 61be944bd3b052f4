import { Link } from '@tanstack/react-router';
import { useI18n } from '../../../i18n/I18n.tsx';
import { paths } from '../../../paths.ts';
import { useSurroundings } from '../../../surroundings.ts';
import type { FiguresCard, SyncState } from '../answers.ts';
import { useStand } from './Facts.tsx';
import { useFiguresState } from './useFiguresState.ts';

type Props = { card: FiguresCard; sync: SyncState };

/** What has to happen next for a bound Mandant, and who can do it. Steps of the set-up say it themselves. */
export function NextStep({ card, sync }: Props) {
  const { texts, format } = useI18n();
  const { datevconnect: words, connections, basics } = texts;
  const { now } = useSurroundings();
  const stand = useStand(sync);
  const state = useFiguresState({ card, sync });
  const step = sentenceOf(card, words.next) ?? (state === 'stale' && card.mayManage ? words.next.test : null);
  if (!step) return null;
  const { whoCanAct } = card;
  const hidden = card.hidden.filter((state) => state !== 'active' && state !== 'connecting');
  return (
    <p>
      {card.state === 'paused' && (stand ? words.off(format.moment(stand, now())) : words.offWithout)} {step}{' '}
      {whoCanAct !== 'you' && whoCanAct !== 'nobody' && connections.who(basics.problem.whoCanAct[whoCanAct])}
      {card.nextStep === 'pairAnew' && card.mayInstall && <Link to={paths.connectors}>{words.toConnectors}</Link>}
      {hidden.length > 0 && (
        <span className="quiet">
          {' '}
          {connections.alsoHidden(hidden.map((state) => connections.states[state]).join(', '))}.
        </span>
      )}
    </p>
  );
}

type Sentences = ReturnType<typeof useI18n>['texts']['datevconnect']['next'];

function sentenceOf({ nextStep, state }: FiguresCard, next: Sentences): string | null {
  switch (nextStep) {
    case 'wait':
      return state === 'degraded' ? next.waitDisturbed : next.waitChecking;
    case 'releaseClient':
    case 'switchOn':
    case 'fixFindings':
    case 'startConnector':
    case 'pairAnew':
      return next[nextStep];
    // Nothing to do, or a step of the set-up.
    default:
      return null;
  }
}
