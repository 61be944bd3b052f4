import { Icon, type IconName } from './Icon.tsx';
import './badge.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'wait';

type Props = { tone: Tone; icon?: IconName; children: string; plain?: boolean };

const icons: Record<Tone, IconName> = { ok: 'circleCheck', warn: 'triangle', bad: 'octagon', wait: 'dotted' };

/** A state is icon + word + colour; shape and word carry it where colour is not seen. `plain` is for tables. */
export function StateBadge({ tone, icon, children, plain = false }: Props) {
  return (
    <span className={`badge badge-${tone}${plain ? ' badge-plain' : ''}`}>
      <Icon name={icon ?? icons[tone]} size={16} />
      {children}
    </span>
  );
}
