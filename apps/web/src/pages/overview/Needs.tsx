import { api } from '@bruecke/contract';
import { type FiguresState, figuresNeedSomeone, figuresStepOf, vouchersNeedSomeone } from '@bruecke/model';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useTexts } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { StateBadge } from '../../ui/StateBadge.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import type { Connector } from '../connectors/answers.ts';
import { FiguresStep } from './FiguresStep.tsx';
import type { MandantRow } from './need.ts';
import { handStepOf, VouchersStep } from './VouchersStep.tsx';

/** Connectors whose fingerprint nobody has compared yet; only Kanzlei-Admins may ask, and act. Null: not known yet. */
export function useUnconfirmed(firmId: string | null): Connector[] | null {
  const list = useAsk(api.connectors.list, { params: { firmId: firmId ?? '' } }, { enabled: firmId !== null });
  if (list.isLoading) return null;
  return list.data?.connectors.filter((each) => each.state === 'unconfirmed') ?? [];
}

type ConnectorProps = { unconfirmed: readonly Connector[]; groups: [FiguresState, MandantRow[]][]; isAdmin: boolean };

/** What lies with a connector, once for all Mandanten it serves. */
export function ConnectorNeeds({ unconfirmed, groups, isAdmin }: ConnectorProps) {
  const { overview, datevconnect, connectors } = useTexts();
  return (
    <>
      {unconfirmed.map((connector) => (
        <li key={connector.id} className="need">
          <div className="need-who">
            <Link to={paths.connectors} className="need-name">
              {overview.firm.connector(connector.machine)}
            </Link>
          </div>
          <StateBadge tone="warn" plain>
            {connectors.states.unconfirmed}
          </StateBadge>
          <Link to={paths.connectors}>{datevconnect.todo.confirmConnector}</Link>
        </li>
      ))}
      {groups.map(([state, rows]) => (
        <li key={state} className="need">
          <div className="need-who">
            <Link to={isAdmin ? paths.connectors : paths.mandanten} className="need-name">
              {overview.firm.figuresOf(rows.length)}
            </Link>
          </div>
          <FiguresBadge figures={{ state, stand: null }} plain />
          <FiguresStep step={figuresStepOf[state]} whoCanAct={isAdmin ? 'you' : 'firmAdmin'} mandantId={null} />
        </li>
      ))}
    </>
  );
}

/** One Mandant: what hangs about its vouchers, and what about its figures. */
export function NeedyMandant({ row }: { row: MandantRow }) {
  const params = { mandantId: row.id };
  return (
    <li className="need">
      <div className="need-who">
        <Link to={paths.mandantOverview} params={params} className="need-name">
          {row.name}
        </Link>
        <span className="num quiet small">{row.mandantNumber}</span>
      </div>
      {vouchersNeedSomeone(row) && <OfVouchers row={row} />}
      {row.figures && figuresNeedSomeone(row) && (
        <>
          <Link to={paths.connections} params={params} className="badge-link need-second">
            <FiguresBadge figures={row.figures} plain />
          </Link>
          <FiguresStep step={row.figures.nextStep} whoCanAct={row.figures.whoCanAct} mandantId={row.id} />
        </>
      )}
    </li>
  );
}

function OfVouchers({ row }: { row: MandantRow }) {
  const { overview, vouchers } = useTexts();
  const params = { mandantId: row.id };
  const reasons = overview.firm.reasons(row.questions, row.errors, row.waiting);
  const step = handStepOf(row.connectionState);
  const status = row.questions > 0 ? 'question' : row.errors > 0 ? 'error' : 'waiting';
  return (
    <>
      <Link to={paths.connections} params={params} className="badge-link need-second">
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
        step && <VouchersStep step={step} mandantId={row.id} mayConnect />
      )}
    </>
  );
}
