import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import { Icon, type IconName } from './Icon.tsx';
import { Tooltip } from './Tooltip.tsx';
import './button.css';

/** One primary per view; danger only for what can't be taken back. */
export type ButtonKind = 'primary' | 'secondary' | 'danger' | 'quiet';

type ButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & {
  kind?: ButtonKind;
  icon?: IconName;
  children: ReactNode;
};

export function Button({ kind = 'secondary', icon, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={`button button-${kind}`}>
      {icon && <Icon name={icon} size={17} />}
      <span>{children}</span>
    </AriaButton>
  );
}

type IconButtonProps = Omit<AriaButtonProps, 'className' | 'style' | 'children'> & { icon: IconName; label: string };

/** A button without a visible word: its name is read out and shown as a tooltip. */
export function IconButton({ icon, label, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label}>
      <AriaButton {...rest} aria-label={label} className="button button-quiet icon-button">
        <Icon name={icon} />
      </AriaButton>
    </Tooltip>
  );
}
