import { api } from '@bruecke/contract';
import { connectionTone } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import type { Answer } from '../../api/call.ts';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useFirm } from '../../session/me.tsx';
import { Card } from '../../ui/Card.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import './overview.css';

type Row = Answer<typeof api.firms.listMandanten>['rows'][number];

export function needsSomeone(row: Pick<Row, 'connectionState' | 'questions' | 'errors'>): boolean {
  const tone = connectionTone[row.connectionState];
  return tone === 'bad' || tone === 'warning' || row.questions > 0 || row.errors > 0;
}

/** Mandanten that need someone, worst first (the server's order), each with the way to where it is solved. */
export function FirmOverview({ firmId }: { firmId: string }) {
  const { overview, mandanten, basics } = useTexts();
  const firm = useFirm();
  const list = useAsk(api.firms.listMandanten, { params: { firmId }, query: { order: 'need', limit: 200 } });
  return (
    <Loaded query={list}>
      {({ rows, total }) => {
        if (total === 0) {
          return (
            <EmptyState icon="mandanten" title={mandanten.emptyTitle}>
              {firm?.role === 'admin' ? mandanten.emptyText : mandanten.emptyStaff}
            </EmptyState>
          );
        }
        const needy = rows.filter(needsSomeone);
        const all = <Link to={paths.mandanten}>{overview.firm.all}</Link>;
        if (needy.length === 0) {
          return (
            <EmptyState icon="circleCheck" title={overview.firm.allWell} actions={all}>
              {overview.firm.allWellText}
            </EmptyState>
          );
        }
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
              {needy.map((row) => (
                <NeedyRow key={row.id} row={row} />
              ))}
            </ul>
          </Card>
        );
      }}
    </Loaded>
  );
}

function NeedyRow({ row }: { row: Row }) {
  const { overview, vouchers } = useTexts();
  const params = { mandantId: row.id };
  const reasons = overview.firm.reasons(row.questions, row.errors, row.waiting);
  const status = row.questions > 0 ? 'question' : row.errors > 0 ? 'error' : 'waiting';
  return (
    <li className="need">
      <div className="need-who">
        <Link to={paths.mandantOverview} params={params} className="need-name">
          {row.name}
        </Link>
        <span className="num quiet small">{row.mandantNumber}</span>
      </div>
      <Link to={paths.connections} params={params} className="badge-link">
        <ConnectionBadge state={row.connectionState} plain />
      </Link>
      {reasons ? (
        <Link
          to={paths.vouchers}
          params={params}
          search={{ status }}
          aria-label={`${vouchers.title}, ${row.name}: ${reasons}`}
        >
          {reasons}
        </Link>
      ) : (
        <span />
      )}
    </li>
  );
}
