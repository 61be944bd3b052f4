import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Icon } from './Icon.tsx';
import './pageHeader.css';

/** `to` is a filled-in path; the last crumb is the page itself and has none. */
export type Crumb = { label: string; to?: string };

type Props = { title: string; crumbs?: readonly Crumb[]; meta?: ReactNode; actions?: ReactNode };

/** Also sets the document's title: "Verbindungen – Brücke". */
export function PageHeader({ title, crumbs, meta, actions }: Props) {
  const { shell } = useTexts();
  useEffect(() => {
    document.title = `${title} – ${shell.product}`;
  }, [title, shell.product]);
  return (
    <header className="page-header">
      {crumbs && <Breadcrumbs crumbs={crumbs} />}
      <div className="page-header-line">
        <div className="grow">
          <h1 tabIndex={-1}>{title}</h1>
          {meta && <div className="page-meta num">{meta}</div>}
        </div>
        {actions && <div className="row">{actions}</div>}
      </div>
    </header>
  );
}

export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const { shell } = useTexts();
  return (
    <nav aria-label={shell.breadcrumbs}>
      <ol className="crumbs">
        {crumbs.map((crumb) => (
          <li key={crumb.label}>
            {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : <span aria-current="page">{crumb.label}</span>}
            <Icon name="chevronRight" size={13} className="crumb-sep" />
          </li>
        ))}
      </ol>
    </nav>
  );
}
