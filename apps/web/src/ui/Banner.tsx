import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import type { Tone } from './StateBadge.tsx';
import './banner.css';

type Props = { tone: Tone; title: string; children?: ReactNode; actions?: ReactNode };

const icons: Record<Tone, IconName> = { ok: 'circleCheck', warn: 'triangle', bad: 'octagon', wait: 'info' };

/** What is the matter, and beside it what to do. Bad news interrupts the screen reader, the rest waits. */
export function Banner({ tone, title, children, actions }: Props) {
  return (
    <div className={`banner banner-${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={icons[tone]} size={20} className="banner-icon" />
      <div className="banner-text">
        <strong>{title}</strong> {children}
      </div>
      {actions && <div className="banner-actions">{actions}</div>}
    </div>
  );
}
