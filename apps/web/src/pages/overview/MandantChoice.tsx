import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState } from '../../ui/States.tsx';
import '../../ui/linkList.css';

/** For people of several Mandanten without a firm. */
export function MandantChoice() {
  const { mandanten } = useTexts();
  const list = useAsk(api.mandanten.list, { query: { limit: 200 } });
  return (
    <Loaded query={list}>
      {(data) =>
        data.mandanten.length === 0 ? (
          <EmptyState icon="mandanten" title={mandanten.emptyTitle} />
        ) : (
          <ul className="link-list">
            {data.mandanten.map((mandant) => (
              <li key={mandant.id}>
                <Link to={paths.mandantOverview} params={{ mandantId: mandant.id }}>
                  {mandant.name}
                </Link>
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
