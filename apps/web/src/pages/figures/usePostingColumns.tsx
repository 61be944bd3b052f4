import { useI18n } from '../../i18n/I18n.tsx';
import type { Column } from '../../table/column.ts';
import { Balance, Side } from './Amount.tsx';
import type { Place, PostingLine } from './answers.ts';
import { VoucherButton } from './VoucherButton.tsx';

/** A posting, or a line about several, which has only some of its members. */
type Line = Pick<PostingLine, 'key' | 'date' | 'text'> & Partial<PostingLine>;

/** Columns of a list of postings. A Kontoblatt has a running balance, the journal names the account of each. */
export function usePostingColumns<Row extends Line>(
  place: Place,
  kind: 'sheet' | 'journal',
  balanceOf?: (row: Row) => number,
): Column<Row>[] {
  const { texts, format } = useI18n();
  const { postings: words, sheet } = texts.figures;
  const account = (number: string | null | undefined, caption: string | null | undefined) =>
    number !== undefined && (
      <span title={caption ?? ''}>
        <span className="num">{number ?? '–'}</span> {caption && <span className="quiet">{caption}</span>}
      </span>
    );
  const columns: (Column<Row> | false)[] = [
    {
      id: 'date',
      header: words.date,
      width: '104px',
      cell: (row) => <span className="num">{format.date(row.date)}</span>,
      card: 'meta',
    },
    kind === 'journal' && {
      id: 'account',
      header: words.account,
      width: 'minmax(120px, 1.2fr)',
      cell: (row) => account(row.number, row.caption),
      card: 'meta',
    },
    {
      id: 'contra',
      header: words.contra,
      width: 'minmax(120px, 1.2fr)',
      dropBelow: 780,
      cell: (row) => account(row.contraNumber, row.contraCaption),
      card: kind === 'sheet' ? 'meta' : 'hide',
    },
    {
      id: 'text',
      header: words.text,
      width: 'minmax(100px, 1.7fr)',
      cell: (row) => <span title={row.text ?? ''}>{row.text ?? (row.opening ? words.openingEntry : '–')}</span>,
      card: 'title',
    },
    {
      id: 'field1',
      header: words.field1,
      width: 'minmax(118px, 0.8fr)',
      dropBelow: 900,
      cell: (row) => <span title={row.documentField1 ?? ''}>{row.documentField1}</span>,
      card: 'hide',
    },
    {
      id: 'debit',
      header: words.debit,
      width: '116px',
      align: 'end',
      cell: (row) => <Side cents={row.debit ?? 0} side="debit" />,
      card: 'side',
    },
    {
      id: 'credit',
      header: words.credit,
      width: '116px',
      align: 'end',
      cell: (row) => <Side cents={row.credit ?? 0} side="credit" />,
      card: 'side',
    },
    balanceOf !== undefined && {
      id: 'balance',
      header: sheet.balance,
      width: '138px',
      align: 'end',
      cell: (row) => (
        <>
          <span className="only-card quiet">{sheet.balance}&nbsp;</span>
          <Balance cents={balanceOf(row)} />
        </>
      ),
      card: 'below',
    },
    {
      id: 'voucher',
      header: words.voucher,
      width: '76px',
      cell: (row) => row.voucherId && <VoucherButton place={place} voucherId={row.voucherId} posting={row.key} />,
      card: 'meta',
    },
  ];
  return columns.filter((column) => column !== false);
}
