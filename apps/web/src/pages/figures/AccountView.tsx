import { api } from '@bruecke/contract';
import { useEffect, useRef } from 'react';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useCursorRows } from '../../table/cursorRows.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import { useFocusWhenLost } from '../../ui/useFocusWhenLost.ts';
import { Balance } from './Amount.tsx';
import type { AccountSheet, Place, SheetRow } from './answers.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { NoMatch } from './NoMatch.tsx';
import { OrderField, orderOf } from './OrderField.tsx';
import { openingKey, openingLine, type SheetLine, useOpeningRow } from './openingRow.ts';
import { PeriodFields } from './PeriodFields.tsx';
import { PostingSide } from './PostingSide.tsx';
import { periodOf } from './period.ts';
import { SearchProgress } from './SearchProgress.tsx';
import { changed } from './search.ts';
import { usePostingColumns } from './usePostingColumns.tsx';

type Props = { place: Place; account: number; onBack: () => void };

/** Pages that are read on to find the posting of the address: 20,000 rows of one month. Further down it is found by scrolling. */
const mostPages = 40;
const pageSize = 500;

/** Kontoblatt: what the account stood at, then its movements with the balance after each. */
export function AccountView({ place, account, onBack }: Props) {
  const { figures } = useI18n().texts;
  const call = useCall();
  const { mandantId, year, search, show } = place;
  const params = { mandantId, yearNo: year.yearNo, account };
  const filter = {
    ...periodOf(year, search),
    order: orderOf(place),
    ...(search.text ? { text: search.text } : {}),
  };
  const { source, rows, first, newest, isOld, hasMore, readOn } = useCursorRows<AccountSheet, SheetRow>({
    key: [api.figures.account.path, { params, filter }],
    version: year.stand,
    load: (cursor, signal) =>
      call(
        api.figures.account,
        { params, query: { ...filter, limit: pageSize, ...(cursor ? { cursor } : {}) } },
        signal,
      ),
    rowsOf: (page) => page.rows,
  });
  const at = search.buchung ? rows.findIndex((row) => row.key === search.buchung) : -1;
  const mustReadOn = search.buchung !== undefined && at < 0 && hasMore && rows.length < mostPages * pageSize;
  useEffect(() => {
    if (mustReadOn) readOn();
  }, [mustReadOn, readOn]);
  const columns = usePostingColumns(place, 'sheet', (row: SheetLine) => row.balance);
  const words = useSheetWords(place);
  // What a search finds does not go on from it.
  const opening = first.data && !search.text ? openingLine(first.data, year.firstDay, words.opening) : null;
  const newestFirst = search.neueste === true;
  const lines = useOpeningRow(source, opening, { newestFirst, hasMore });
  return (
    <>
      <search className="figures-filter figures-filter-sheet" aria-label={figures.filter}>
        <Button kind="quiet" icon="chevronLeft" onPress={onBack}>
          {figures.sheet.back}
        </Button>
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
            call(api.figures.exportAccount, { params, query: { ...filter, format, columns: exportedColumns } })
          }
        />
      </search>
      {source.error !== null && <ProblemBanner error={source.error} />}
      <Loaded query={first}>
        {(sheet) => (
          <>
            <SheetHead sheet={sheet} place={place} />
            <PostingSide place={place} posting={rows[at] ?? null}>
              <DataTable
                dense
                label={`${figures.sheet.title} ${sheet.account.number}`}
                columns={columns}
                source={lines}
                isOld={isOld}
                idOf={(row) => row.key}
                nameOf={(row) => `${row.date} ${row.text ?? ''}`}
                onOpen={(row) =>
                  row.key === openingKey || show(changed(search, { buchung: row.key, beleg: undefined }))
                }
                openId={search.buchung ?? null}
                showIndex={at < 0 || opening === null || newestFirst ? at : at + 1}
                empty={search.text ? <NoMatch place={place} /> : null}
              />
            </PostingSide>
            {search.text && (
              <div className="figures-legend journal-legend num">
                <p role="status">
                  {hasMore ? figures.journal.foundSoFar(rows.length) : figures.journal.found(rows.length)}
                </p>
                <SearchProgress searched={newest?.searched} />
              </div>
            )}
          </>
        )}
      </Loaded>
    </>
  );
}

const exportedColumns =
  'date,contraNumber,contraCaption,text,documentField1,documentField2,batchNumber,debit,credit,balance';

/** As DATEV calls them: the EB-Wert is what the year begins with, Jahresverkehrszahlen are the sums of all of it. */
function useSheetWords({ year, search }: Place) {
  const { sheet: words } = useI18n().texts.figures;
  const { from, to } = periodOf(year, search);
  const isFirst = from === year.months[0]?.month;
  const isWhole = isFirst && to === year.months.at(-1)?.month;
  return {
    isFirst,
    opening: isFirst ? words.yearOpening : words.opening,
    debit: isWhole ? words.yearDebit : words.debit,
    credit: isWhole ? words.yearCredit : words.credit,
  };
}

function SheetHead({ sheet, place }: { sheet: AccountSheet; place: Place }) {
  const { texts, format } = useI18n();
  const { sheet: words, amountsIn, balanceSides } = texts.figures;
  const { isFirst, ...named } = useSheetWords(place);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusWhenLost(heading);
  return (
    <header className="sheet-head">
      <div className="grow">
        <h2 ref={heading} tabIndex={-1}>
          <span className="num">{sheet.account.number}</span> {sheet.account.caption}
        </h2>
        <p className="small quiet num">
          {words.rows(sheet.rowCount, isFirst && sheet.opening !== 0)} · {amountsIn(sheet.basis.currency)} ·{' '}
          {balanceSides}
        </p>
      </div>
      <dl className="sheet-sums">
        <div>
          <dt>{named.opening}</dt>
          <dd>
            <Balance cents={sheet.opening} />
          </dd>
        </div>
        <div>
          <dt>{named.debit}</dt>
          <dd className="num">{format.amount(sheet.debit)}</dd>
        </div>
        <div>
          <dt>{named.credit}</dt>
          <dd className="num">{format.amount(sheet.credit)}</dd>
        </div>
        <div className="sheet-closing">
          <dt>{words.closing}</dt>
          <dd>
            <Balance cents={sheet.balance} />
          </dd>
        </div>
      </dl>
    </header>
  );
}
