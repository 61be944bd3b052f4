import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { useSurroundings } from '../../surroundings.ts';
import type { Column } from '../../table/column.ts';
import { DataTable, type Sort } from '../../table/DataTable.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { EmptyState, Skeleton } from '../../ui/States.tsx';
import { ConnectionBadge } from '../connections/ConnectionBadge.tsx';
import { FiguresBadge } from '../connections/FiguresBadge.tsx';
import { MandantMenu } from './MandantMenu.tsx';
import { type MandantRow, useMandantList } from './useMandantList.ts';

type Props = { firmId: string; isAdmin: boolean; text: string };

const orders = { number: 'number', name: 'name', connection: 'need' } as const;

/** The firm's table, any number of Mandanten; by number unless ordered otherwise, by connection those in need first. */
export function FirmMandanten({ firmId, isAdmin, text }: Props) {
  const { mandanten, basics } = useI18n().texts;
  const navigate = useNavigate();
  const [sort, setSort] = useState<Sort>({ column: 'number', direction: 'up' });
  const columnsOf = useColumns();
  const order = orders[sort.column as keyof typeof orders] ?? 'number';
  const { first, rows, shown, isOld } = useMandantList(firmId, { text, order, direction: sort.direction });
  return (
    <Loaded query={first} waiting={<Skeleton lines={10} />}>
      {({ figuresSetUp }) => (
        <>
          {rows.error !== null && <ProblemBanner error={rows.error} />}
          <DataTable
            label={mandanten.title}
            columns={columnsOf(figuresSetUp)}
            source={rows}
            question={shown}
            isOld={isOld}
            idOf={(row) => row.id}
            nameOf={(row) => row.name}
            onOpen={(row) => void navigate({ to: paths.connections, params: { mandantId: row.id } })}
            sortable={Object.keys(orders)}
            sort={sort}
            onSort={setSort}
            actions={(row) => <MandantMenu mandantId={row.id} name={row.name} isOfFirm />}
            empty={
              shown.text === '' ? (
                <EmptyState icon="mandanten" title={mandanten.emptyTitle}>
                  {isAdmin ? mandanten.emptyText : mandanten.emptyStaff}
                </EmptyState>
              ) : (
                <EmptyState icon="search" title={basics.noMatch} />
              )
            }
          />
        </>
      )}
    </Loaded>
  );
}

/** Figures have a column once anybody's are set up. */
function useColumns(): (withFigures: boolean) => Column<MandantRow>[] {
  const { texts, format } = useI18n();
  const { now } = useSurroundings();
  const { columns, restricted, never, noAssigned } = texts.mandanten;
  const counted = (value: number, tone: string) =>
    value === 0 ? <span className="quiet">0</span> : <span className={tone}>{format.number(value)}</span>;
  const figures: Column<MandantRow> = {
    id: 'figures',
    header: columns.figures,
    width: '236px',
    cell: (row) =>
      row.figures ? (
        <Link className="badge-link" tabIndex={-1} to={paths.connections} params={{ mandantId: row.id }}>
          <FiguresBadge figures={row.figures} plain />
        </Link>
      ) : (
        <span className="quiet no-value">–</span>
      ),
    card: 'below',
  };
  return (withFigures) => [
    {
      id: 'number',
      header: columns.number,
      width: '76px',
      align: 'end',
      cell: (row) => row.mandantNumber,
      card: 'meta',
    },
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(200px, 2.4fr)',
      cell: (row) => (
        <>
          {row.name} {row.restricted && <span className="small quiet">({restricted})</span>}
        </>
      ),
      card: 'title',
    },
    {
      id: 'connection',
      header: columns.connection,
      width: '204px',
      cell: (row) => (
        <Link className="badge-link" tabIndex={-1} to={paths.connections} params={{ mandantId: row.id }}>
          <ConnectionBadge state={row.connectionState} plain />
        </Link>
      ),
      card: 'side',
    },
    ...(withFigures ? [figures] : []),
    {
      id: 'waiting',
      header: columns.waiting,
      width: '82px',
      align: 'end',
      ...(withFigures ? { dropBelow: 1010 } : {}),
      cell: (row) => counted(row.waiting, ''),
      card: 'hide',
    },
    {
      id: 'questions',
      header: columns.questions,
      width: '98px',
      align: 'end',
      cell: (row) => counted(row.questions, 'mandant-number-warn'),
      card: 'hide',
    },
    {
      id: 'errors',
      header: columns.errors,
      width: '68px',
      align: 'end',
      cell: (row) => counted(row.errors, 'mandant-number-bad'),
      card: 'hide',
    },
    {
      id: 'lastHandedIn',
      header: columns.lastHandedIn,
      width: '140px',
      ...(withFigures ? { dropBelow: 1150 } : {}),
      cell: (row) =>
        row.lastHandedInAt ? (
          <span className="num">{format.moment(row.lastHandedInAt, now())}</span>
        ) : (
          <span className="quiet">{never}</span>
        ),
      card: withFigures ? 'hide' : 'meta',
    },
    {
      id: 'assigned',
      header: columns.assigned,
      width: 'minmax(150px, 1.2fr)',
      dropBelow: withFigures ? 1300 : 1080,
      cell: (row) =>
        row.assignedTo.length === 0 ? (
          <span className="quiet">{noAssigned}</span>
        ) : (
          row.assignedTo.map((person) => person.name).join(', ')
        ),
      card: 'hide',
    },
  ];
}
