import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useCursorRows } from '../../table/cursorRows.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import type { Journal, Place, PostingLine } from './answers.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { NoMatch } from './NoMatch.tsx';
import { OrderField, orderOf } from './OrderField.tsx';
import { PeriodFields } from './PeriodFields.tsx';
import { PostingSide } from './PostingSide.tsx';
import { periodOf } from './period.ts';
import { SearchProgress } from './SearchProgress.tsx';
import { changed } from './search.ts';
import { usePostingColumns } from './usePostingColumns.tsx';

/** All postings of the period, or those that a search finds. */
export function JournalView({ place }: { place: Place }) {
  const { texts, format } = useI18n();
  const { figures } = texts;
  const call = useCall();
  const { mandantId, year, search, show } = place;
  const params = { mandantId, yearNo: year.yearNo };
  const filter = {
    ...periodOf(year, search),
    order: orderOf(place),
    ...(search.text ? { text: search.text } : {}),
  };
  const { source, rows, first, newest, isOld, hasMore } = useCursorRows<Journal, PostingLine>({
    key: [api.figures.journal.path, { params, filter }],
    version: year.stand,
    load: (cursor, signal) =>
      call(api.figures.journal, { params, query: { ...filter, limit: 200, ...(cursor ? { cursor } : {}) } }, signal),
    rowsOf: (page) => page.rows,
  });
  const at = search.buchung ? rows.findIndex((row) => row.key === search.buchung) : -1;
  const columns = usePostingColumns(place, 'journal');
  const counted = (totals: Journal['totals']) => {
    if (totals)
      return `${figures.journal.total(totals.rows)} · ${figures.postings.debit} ${format.amount(totals.debit)} · ${figures.postings.credit} ${format.amount(totals.credit)}`;
    return hasMore ? figures.journal.foundSoFar(rows.length) : figures.journal.found(rows.length);
  };
  return (
    <>
      <search className="figures-filter" aria-label={figures.filter}>
        <TextFilter
          label={figures.journal.search}
          placeholder={figures.journal.searchShort}
          value={search.text ?? ''}
          onChange={(text) => show(changed(search, { text, buchung: undefined, beleg: undefined }))}
        />
        <PeriodFields place={place} />
        <OrderField place={place} />
        <ExportMenu
          load={(format) =>
            call(api.figures.exportJournal, { params, query: { ...filter, format, columns: exportedColumns } })
          }
        />
      </search>
      {source.error !== null && <ProblemBanner error={source.error} />}
      <Loaded query={first}>
        {({ basis, totals }) => (
          <>
            <PostingSide place={place} posting={rows[at] ?? null}>
              <DataTable
                dense
                label={figures.views.journal}
                columns={columns}
                source={source}
                isOld={isOld}
                idOf={(row) => row.key}
                nameOf={(row) => `${row.date} ${row.number} ${row.text ?? ''}`}
                onOpen={(row) => show(changed(search, { buchung: row.key, beleg: undefined }))}
                openId={search.buchung ?? null}
                showIndex={at}
                empty={
                  search.text ? (
                    <NoMatch place={place} />
                  ) : (
                    <EmptyState icon="figures" title={figures.empty.noPostings} />
                  )
                }
              />
            </PostingSide>
            <div className="figures-legend journal-legend num">
              <p role="status">
                {counted(totals)} · {figures.amountsIn(basis.currency)}
              </p>
              <SearchProgress searched={newest?.searched} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

const exportedColumns =
  'date,number,caption,contraNumber,contraCaption,text,documentField1,documentField2,batchNumber,debit,credit';
