import { useI18n } from '../../i18n/I18n.tsx';
import type { Column } from '../../table/column.ts';
import { Amount } from './Amount.tsx';
import type { OpenItem, Place } from './answers.ts';
import { VoucherButton } from './VoucherButton.tsx';

export function useItemColumns(place: Place): Column<OpenItem>[] {
  const { texts, format } = useI18n();
  const { items: words, postings } = texts.figures;
  return [
    {
      id: 'dueDate',
      header: words.due,
      width: '100px',
      cell: (row) => <span className="num">{row.dueDate ? format.date(row.dueDate) : '–'}</span>,
      card: 'meta',
    },
    {
      id: 'overdue',
      header: words.overdue,
      width: '104px',
      cell: (row) => row.daysOverdue > 0 && <span className="num item-overdue">{words.days(row.daysOverdue)}</span>,
      card: 'meta',
    },
    {
      id: 'account',
      header: words.account,
      width: '78px',
      cell: (row) => <span className="num">{row.number}</span>,
      card: 'hide',
    },
    {
      id: 'name',
      header: words.name,
      width: 'minmax(160px, 1.8fr)',
      cell: (row) => <span title={row.caption ?? ''}>{row.caption ?? '–'}</span>,
      card: 'title',
    },
    {
      id: 'field1',
      header: words.field1,
      width: 'minmax(124px, 0.8fr)',
      cell: (row) => row.documentField1,
      card: 'meta',
    },
    {
      id: 'date',
      header: words.date,
      width: '100px',
      dropBelow: 860,
      cell: (row) => <span className="num">{row.date ? format.date(row.date) : '–'}</span>,
      card: 'hide',
    },
    {
      id: 'text',
      header: words.text,
      width: 'minmax(110px, 1.2fr)',
      dropBelow: 1060,
      cell: (row) => (
        <span title={row.text ?? ''}>
          {[row.text, row.dunningLevel && words.dunning(row.dunningLevel), row.dunningBlock && words.dunningBlock]
            .filter(Boolean)
            .join(' · ')}
        </span>
      ),
      card: 'hide',
    },
    {
      id: 'amount',
      header: words.amount,
      width: '118px',
      align: 'end',
      dropBelow: 760,
      cell: (row) => <Amount cents={row.amount} />,
      card: 'hide',
    },
    {
      id: 'open',
      header: words.open,
      width: '118px',
      align: 'end',
      cell: (row) => <Amount cents={row.open} />,
      card: 'side',
    },
    {
      id: 'voucher',
      header: postings.voucher,
      width: '76px',
      cell: (row) => row.voucherId && <VoucherButton place={place} voucherId={row.voucherId} />,
      card: 'meta',
    },
  ];
}
