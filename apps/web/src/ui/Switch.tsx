import type { ReactNode } from 'react';
import { Switch as AriaSwitch, type SwitchProps } from 'react-aria-components/Switch';
import './switch.css';

type Props = Omit<SwitchProps, 'className' | 'style' | 'children'> & ({ label: string } | { children: ReactNode });

/** With `label` the name is only read out (the card's heading shows it); with children it is shown. */
export function Switch(props: Props) {
  const { label, children, ...rest } = { label: undefined, children: undefined, ...props };
  return (
    <AriaSwitch {...rest} {...(label === undefined ? {} : { 'aria-label': label })} className="switch">
      <span className="switch-track" aria-hidden="true">
        <span className="switch-knob" />
      </span>
      {children}
    </AriaSwitch>
  );
}
