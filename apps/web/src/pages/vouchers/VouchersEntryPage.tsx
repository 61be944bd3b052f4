import { api } from '@bruecke/contract';
import { Link, Navigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { fill, paths } from '../../paths.ts';
import { useMe } from '../../session/me.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { PageHeader } from '../../ui/PageHeader.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { EmptyState } from '../../ui/States.tsx';
import '../../ui/linkList.css';

/** "Belege" without a Mandant: leads on where there is only one, else asks which. */
export function VouchersEntryPage() {
  const { vouchers, shell, basics } = useTexts();
  const { onlyMandant } = useMe();
  const [text, setText] = useState('');
  const list = useAsk(api.mandanten.list, { query: { text, limit: 200 } }, { keepPrevious: true });
  if (onlyMandant) return <Navigate to={fill(paths.vouchers, { mandantId: onlyMandant.id })} replace />;
  return (
    <div className="page">
      <PageHeader title={vouchers.title} meta={vouchers.choose} />
      <div className="stack">
        <SearchField label={shell.mandantSearch} value={text} onChange={setText} />
        <Loaded query={list}>
          {({ mandanten }) =>
            mandanten.length === 0 ? (
              <EmptyState title={basics.noMatch} />
            ) : (
              <ul className="link-list">
                {mandanten.map((mandant) => (
                  <li key={mandant.id}>
                    <Link to={paths.vouchers} params={{ mandantId: mandant.id }}>
                      <span>{mandant.name}</span>
                      <span className="num quiet">{mandant.mandantNumber ?? ''}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </div>
  );
}
