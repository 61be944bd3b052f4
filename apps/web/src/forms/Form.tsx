import type { FormEvent, ReactNode } from 'react';
import { ProblemBanner } from '../ui/ProblemBanner.tsx';
import './form.css';

type Props = {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  error?: unknown;
  actions: ReactNode;
  children: ReactNode;
  label?: string;
};

/** Fields, the complaint above the buttons, the buttons. The browser's own bubbles are off; ours stay readable. */
export function Form({ onSubmit, error, actions, children, label }: Props) {
  return (
    <form className="form" onSubmit={onSubmit} noValidate {...(label ? { 'aria-label': label } : {})}>
      {children}
      {error !== undefined && error !== null && <ProblemBanner error={error} />}
      <div className="form-actions">{actions}</div>
    </form>
  );
}
