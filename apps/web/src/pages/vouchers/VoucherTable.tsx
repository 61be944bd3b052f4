import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/DataTable.tsx';
import type { RowSource } from '../../table/rows.ts';
import type { Selection } from '../../table/windowing.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/States.tsx';
import type { VoucherQuestion, VoucherRow } from './useVoucherList.ts';
import { VoucherBadge } from './VoucherBadge.tsx';

type Props = {
  rows: RowSource<VoucherRow>;
  /** The filter that the rows answer. */
  shown: VoucherQuestion;
  /** Another one is asked; its rows are on their way. */
  isOld: boolean;
  openId: string | null;
  onOpen: (id: string) => void;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  mayHandIn: boolean;
  onReset: () => void;
};

export function VoucherTable(props: Props) {
  const { rows, shown, isOld, openId, onOpen, selection, onSelect, mayHandIn, onReset } = props;
  const { vouchers } = useI18n().texts;
  const columns = useColumns(openId !== null);
  const empty =
    Object.keys(shown).length > 0 ? (
      <EmptyState
        icon="search"
        title={vouchers.noMatchTitle}
        actions={<Button onPress={onReset}>{vouchers.filter.reset}</Button>}
      />
    ) : (
      <EmptyState icon="voucher" title={vouchers.emptyTitle}>
        {mayHandIn ? vouchers.emptyText : vouchers.emptyReadOnly}
      </EmptyState>
    );
  return (
    <DataTable
      label={vouchers.title}
      columns={columns}
      source={rows}
      question={shown}
      isOld={isOld}
      idOf={(row) => row.id}
      nameOf={(row) => row.name}
      onOpen={(row) => onOpen(row.id)}
      openId={openId}
      selection={selection}
      onSelect={onSelect}
      empty={empty}
    />
  );
}

/** Beside the open viewer only the columns that tell vouchers apart remain. */
function useColumns(isSplit: boolean): Column<VoucherRow>[] {
  const { texts, format } = useI18n();
  const { now } = useSurroundings();
  const { columns, remarks } = texts.vouchers;
  const all: (Column<VoucherRow> & { always?: true })[] = [
    {
      id: 'receivedAt',
      header: columns.receivedAt,
      width: '148px',
      cell: (row) => <span className="num">{format.moment(row.receivedAt, now())}</span>,
      card: 'meta',
      always: true,
    },
    {
      id: 'name',
      header: columns.name,
      width: 'minmax(170px, 2.2fr)',
      cell: (row) => (
        <span className="voucher-name" title={row.name}>
          <span>{row.name}</span>
          {row.remarks.includes('eInvoice') && <span className="voucher-mark">{remarks.eInvoice}</span>}
        </span>
      ),
      card: 'title',
      always: true,
    },
    {
      id: 'documentType',
      header: columns.documentType,
      width: 'minmax(152px, 1fr)',
      cell: (row) => row.documentType ?? <span className="quiet">–</span>,
      card: 'hide',
    },
    {
      id: 'partner',
      header: columns.partner,
      width: 'minmax(130px, 1.4fr)',
      cell: (row) => row.fields.partner ?? <span className="quiet no-value">–</span>,
      card: 'meta',
    },
    {
      id: 'amount',
      header: columns.amount,
      width: '124px',
      align: 'end',
      cell: (row) =>
        row.fields.grossCents === null ? '' : format.money(row.fields.grossCents, row.fields.currency ?? 'EUR'),
      card: 'meta',
    },
    {
      id: 'status',
      header: columns.status,
      width: '160px',
      cell: (row) => <VoucherBadge voucher={row} />,
      card: 'side',
      always: true,
    },
  ];
  return isSplit ? all.filter((column) => column.always) : all;
}
