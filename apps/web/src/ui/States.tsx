import type { ReactNode } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Icon, type IconName } from './Icon.tsx';
import './states.css';

type EmptyProps = { icon?: IconName; title: string; children?: ReactNode; actions?: ReactNode; wholePage?: boolean };

/** Nothing here yet: say so, why, and what makes something appear. */
export function EmptyState({ icon = 'dotted', title, children, actions, wholePage }: EmptyProps) {
  // Every page has one heading of the first rank; where the state is the page, it is this one.
  const Heading = wholePage ? 'h1' : 'h2';
  return (
    <div className="state-page">
      <Icon name={icon} size={30} className="state-icon" />
      <Heading>{title}</Heading>
      {children && <div className="quiet state-text">{children}</div>}
      {actions && <div className="row state-actions">{actions}</div>}
    </div>
  );
}

export type ErrorWords = {
  what: string;
  why?: string | undefined;
  next?: string | undefined;
  who?: string | undefined;
  reference?: string | undefined;
};

/** What happened, why, what next, who can: the shape of every error here. */
export function ErrorState({ words, actions, title }: { words: ErrorWords; actions?: ReactNode; title?: string }) {
  const { basics } = useTexts();
  return (
    <div className="state-page" role="alert">
      <Icon name="octagon" size={30} className="state-icon state-icon-bad" />
      <h2>{title ?? words.what}</h2>
      <div className="state-text stack-tight">
        {title && <p>{words.what}</p>}
        {words.why && <p className="quiet">{words.why}</p>}
        {words.next && (
          <p>
            <strong>{basics.problem.next}</strong> {words.next}
          </p>
        )}
        {words.who && (
          <p className="quiet">
            {basics.problem.who} {words.who}
          </p>
        )}
        {words.reference && <p className="small quiet num">{basics.problem.reference(words.reference)}</p>}
      </div>
      {actions && <div className="row state-actions">{actions}</div>}
    </div>
  );
}

/** Foreign and non-existent look the same, here as in the API: the existence of a mandate is secret. */
export function NoRightState({ wholePage, actions }: { wholePage?: boolean; actions?: ReactNode }) {
  const { basics } = useTexts();
  const Heading = wholePage ? 'h1' : 'h2';
  return (
    <div className="state-page">
      <Icon name="key" size={30} className="state-icon" />
      <Heading>{basics.noRight.title}</Heading>
      <div className="state-text stack-tight">
        <p>{basics.noRight.text}</p>
        <p className="quiet">{basics.noRight.next}</p>
      </div>
      {actions && <div className="row state-actions">{actions}</div>}
    </div>
  );
}

/** Grey bars while data is on the way; the word is read out. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  const { basics } = useTexts();
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{basics.loading}</span>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars have no identity
        <span key={line} className="skeleton-bar" />
      ))}
    </div>
  );
}
