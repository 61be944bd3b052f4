import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { OwnMandant } from './OwnMandant.tsx';
import './overview.css';
import '../../ui/linkList.css';

/** Each asks for itself; beyond that many, names have to do. */
const mostAtAGlance = 12;

/** For people of several Mandanten without a firm: how each fares. */
export function MandantChoice() {
  const { mandanten, overview } = useTexts();
  const list = useAsk(api.mandanten.list, { query: { limit: 200 } });
  return (
    <Loaded query={list}>
      {(data) => {
        if (data.mandanten.length === 0)
          return (
            <EmptyState icon="mandanten" title={mandanten.emptyTitle}>
              {overview.none}
            </EmptyState>
          );
        const others = data.mandanten.slice(mostAtAGlance);
        return (
          <div className="stack">
            <div className="overview">
              {data.mandanten.slice(0, mostAtAGlance).map((mandant) => (
                <OwnMandant key={mandant.id} mandant={mandant} />
              ))}
            </div>
            {others.length > 0 && (
              <ul className="link-list">
                {others.map((mandant) => (
                  <li key={mandant.id}>
                    <Link to={paths.mandantOverview} params={{ mandantId: mandant.id }}>
                      {mandant.name}
                    </Link>
                  </li>
                ))}
              </ul>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
