import type { api } from '@bruecke/contract';
import { type FiguresState, figuresTone } from '@bruecke/model';
import type { Answer } from '../../api/call.ts';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import type { IconName } from '../../ui/Icon.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { tones } from './ConnectionBadge.tsx';

export type FiguresConnection = NonNullable<Answer<typeof api.mandanten.overview>['figures']>;

const icons: Partial<Record<FiguresState, IconName>> = {
  off: 'pause',
  severed: 'cut',
  firstRun: 'clock',
  connecting: 'clock',
};

type Props = { figures: Pick<FiguresConnection, 'state' | 'stand'>; plain?: boolean };

/** How the figures of a Mandant come home, the same everywhere; where all is well, how new they are. */
export function FiguresBadge({ figures, plain = false }: Props) {
  const { texts, format } = useI18n();
  const { states, standAt, staleSince } = texts.datevconnect;
  const { now } = useSurroundings();
  const { state, stand } = figures;
  const icon = icons[state];
  const label = () => {
    if (state === 'current' && stand) return standAt(format.moment(stand, now()));
    if (state === 'stale' && stand) return staleSince(format.date(stand));
    return states[state];
  };
  return (
    <StateBadge tone={tones[figuresTone[state]]} plain={plain} {...(icon ? { icon } : {})}>
      {label()}
    </StateBadge>
  );
}
