import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import type { Column } from '../../table/column.ts';
import { useCursorRows } from '../../table/cursorRows.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { Button } from '../../ui/Button.tsx';
import { Chip, Chips } from '../../ui/Chips.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import { Amount, Balance } from './Amount.tsx';
import type { Place, Sums, SumsRow } from './answers.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { PeriodFields } from './PeriodFields.tsx';
import { periodOf } from './period.ts';
import { accountKinds, changed } from './search.ts';

const classes = { sachkonten: 'general', debitoren: 'debtor', kreditoren: 'creditor' } as const;

/** One row per account; each leads to its Kontoblatt. */
export function SumsView({ place }: { place: Place }) {
  const { figures } = useI18n().texts;
  const call = useCall();
  const { mandantId, year, search, show, go } = place;
  const params = { mandantId, yearNo: year.yearNo };
  const filter = {
    ...periodOf(year, search),
    ...(search.art ? { class: classes[search.art] } : {}),
    ...(search.text ? { text: search.text } : {}),
  };
  const { source, first, isOld } = useCursorRows<Sums, SumsRow>({
    key: [api.figures.sums.path, { params, filter }],
    version: year.stand,
    load: (cursor, signal) =>
      call(api.figures.sums, { params, query: { ...filter, limit: 500, ...(cursor ? { cursor } : {}) } }, signal),
    rowsOf: (page) => page.rows,
  });
  const columns = useColumns();
  return (
    <>
      <search className="figures-filter" aria-label={figures.filter}>
        <Chips label={figures.sums.kind}>
          <Chip
            isOn={!search.art}
            label={figures.sums.kinds.alle}
            onPress={() => show(changed(search, { art: undefined }))}
          />
          {accountKinds.map((kind) => (
            <Chip
              key={kind}
              isOn={search.art === kind}
              label={figures.sums.kinds[kind]}
              onPress={() => show(changed(search, { art: kind }))}
            />
          ))}
        </Chips>
        <TextFilter
          label={figures.sums.search}
          value={search.text ?? ''}
          onChange={(text) => show(changed(search, { text }))}
        />
        <PeriodFields place={place} />
        <ExportMenu
          load={(format) =>
            call(api.figures.exportSums, { params, query: { ...filter, format, columns: exportedColumns } })
          }
        />
      </search>
      {source.error !== null && <ProblemBanner error={source.error} />}
      <Loaded query={first}>
        {({ totals, basis }) => (
          <div className="figures-table">
            <DataTable
              dense
              label={figures.views.konten}
              columns={columns}
              source={source}
              isOld={isOld}
              idOf={(row) => String(row.account)}
              nameOf={(row) => `${row.number} ${row.caption ?? ''}`}
              onOpen={(row) => go(changed(search, { konto: row.account, text: undefined }))}
              foot={{
                caption: figures.sums.total(totals.accounts),
                opening: <Balance cents={totals.opening} />,
                debit: <Amount cents={totals.debit} />,
                credit: <Amount cents={totals.credit} />,
                balance: <Balance cents={totals.balance} />,
              }}
              empty={
                search.text || search.art ? (
                  <EmptyState
                    icon="search"
                    title={figures.noMatch}
                    actions={
                      <Button onPress={() => show(changed(search, { text: undefined, art: undefined }))}>
                        {figures.resetFilter}
                      </Button>
                    }
                  />
                ) : (
                  <EmptyState icon="figures" title={figures.empty.noAccounts} />
                )
              }
            />
            <p className="figures-legend">
              {figures.amountsIn(basis.currency)} · {figures.balanceSides}
            </p>
          </div>
        )}
      </Loaded>
    </>
  );
}

const exportedColumns = 'number,caption,opening,debit,credit,balance,rows';

function useColumns(): Column<SumsRow>[] {
  const { texts, format } = useI18n();
  const { sums } = texts.figures;
  return [
    {
      id: 'number',
      header: sums.number,
      width: '92px',
      cell: (row) => <span className="num">{row.number}</span>,
      card: 'meta',
    },
    {
      id: 'caption',
      header: sums.caption,
      width: 'minmax(170px, 2fr)',
      cell: (row) => <span title={row.caption ?? ''}>{row.caption ?? '–'}</span>,
      card: 'title',
    },
    {
      id: 'opening',
      header: sums.opening,
      width: 'minmax(132px, 1fr)',
      align: 'end',
      dropBelow: 760,
      cell: (row) => <Balance cents={row.opening} />,
      card: 'hide',
    },
    {
      id: 'debit',
      header: sums.debit,
      width: 'minmax(118px, 1fr)',
      align: 'end',
      cell: (row) => <Amount cents={row.debit} />,
      card: 'hide',
    },
    {
      id: 'credit',
      header: sums.credit,
      width: 'minmax(118px, 1fr)',
      align: 'end',
      cell: (row) => <Amount cents={row.credit} />,
      card: 'hide',
    },
    {
      id: 'balance',
      header: sums.balance,
      width: 'minmax(132px, 1fr)',
      align: 'end',
      cell: (row) => <Balance cents={row.balance} />,
      card: 'side',
    },
    {
      id: 'rows',
      header: sums.rows,
      width: '96px',
      align: 'end',
      dropBelow: 940,
      cell: (row) => <span className="num quiet">{format.number(row.rows)}</span>,
      card: 'hide',
    },
  ];
}
