import { type ConnectionState, connectionTone, type StateTone } from '@bruecke/model';
import { useTexts } from '../../i18n/I18n.tsx';
import type { IconName } from '../../ui/Icon.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';

export const tones: Record<StateTone, Tone> = { good: 'ok', warning: 'warn', bad: 'bad', neutral: 'wait' };
const icons: Partial<Record<ConnectionState, IconName>> = { paused: 'pause', severed: 'cut', connecting: 'clock' };

type Props = { state: ConnectionState; plain?: boolean };

/** A connection's state, the same everywhere: the tone comes from the model, shared with the server. */
export function ConnectionBadge({ state, plain = false }: Props) {
  const { connections } = useTexts();
  const icon = icons[state];
  return (
    <StateBadge tone={tones[connectionTone[state]]} plain={plain} {...(icon ? { icon } : {})}>
      {connections.states[state]}
    </StateBadge>
  );
}
