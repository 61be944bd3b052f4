import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useFirm } from '../../session/me.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState, Skeleton } from '../../ui/States.tsx';
import { ConnectorNeeds, NeedyMandant, useUnconfirmed } from './Needs.tsx';
import { needs } from './need.ts';
import './overview.css';

/** What needs someone: connectors, then Mandanten, worst first (the server's order), each with the way to where it is solved. */
export function FirmOverview({ firmId }: { firmId: string }) {
  const { overview, mandanten, basics } = useTexts();
  const firm = useFirm();
  const isAdmin = firm?.role === 'admin';
  const list = useAsk(api.firms.listMandanten, {
    params: { firmId },
    query: { order: 'need', needing: true, limit: 1000 },
  });
  const unconfirmed = useUnconfirmed(isAdmin ? firmId : null);
  return (
    <Loaded query={list}>
      {({ rows, total }) => {
        // Nothing jumps, and nobody reads that all is well before it is known.
        if (!unconfirmed) return <Skeleton lines={6} />;
        const { groups, single } = needs(rows);
        const all = <Link to={paths.mandanten}>{overview.firm.all}</Link>;
        if (unconfirmed.length + groups.length + single.length > 0) {
          return (
            <Card
              title={overview.firm.need}
              description={overview.firm.needText}
              foot={
                <>
                  {basics.all}: <span className="num">{overview.firm.count(total)}</span>
                </>
              }
              actions={all}
            >
              <ul className="need-list">
                <ConnectorNeeds unconfirmed={unconfirmed} groups={groups} isAdmin={isAdmin} />
                {single.map((row) => (
                  <NeedyMandant key={row.id} row={row} />
                ))}
              </ul>
            </Card>
          );
        }
        if (total === 0) {
          return (
            <EmptyState icon="mandanten" title={mandanten.emptyTitle}>
              {isAdmin ? mandanten.emptyText : mandanten.emptyStaff}
            </EmptyState>
          );
        }
        return (
          <EmptyState icon="circleCheck" title={overview.firm.allWell} actions={all}>
            {overview.firm.allWellText}
          </EmptyState>
        );
      }}
    </Loaded>
  );
}
