import { type ReactNode, useId } from 'react';
import './card.css';

type Props = {
  title: string;
  /** Earlier or other names, smaller beside the title. */
  aka?: string;
  description?: ReactNode;
  /** State and switch at the right of the head. */
  aside?: ReactNode;
  /** Left text and right actions of the foot line. */
  foot?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
};

export function Card({ title, aka, description, aside, foot, actions, children }: Props) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="card-head">
        <div className="grow">
          <h2 id={id}>
            {title}
            {aka && <span className="card-aka"> {aka}</span>}
          </h2>
          {description && <p className="quiet">{description}</p>}
        </div>
        {aside && <div className="card-aside">{aside}</div>}
      </div>
      {children && <div className="card-body">{children}</div>}
      {(foot || actions) && (
        <div className="card-foot">
          <div className="card-foot-text">{foot}</div>
          {actions && <div className="card-actions">{actions}</div>}
        </div>
      )}
    </section>
  );
}

export type Definition = { term: string; value: ReactNode };

/** Labelled values in columns: four on a wide card, two on a phone. */
export function DefinitionGrid({ items }: { items: readonly Definition[] }) {
  return (
    <dl className="definitions">
      {items.map((item) => (
        <div key={item.term}>
          <dt>{item.term}</dt>
          <dd className="num">{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
