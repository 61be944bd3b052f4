import { api } from '@bruecke/contract';
import { useCall } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { useSurroundings } from '../../surroundings.ts';
import { useCursorRows } from '../../table/cursorRows.ts';
import { DataTable } from '../../table/DataTable.tsx';
import { Button } from '../../ui/Button.tsx';
import { Chip, Chips } from '../../ui/Chips.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { ProblemBanner } from '../../ui/ProblemBanner.tsx';
import { Select } from '../../ui/Select.tsx';
import { EmptyState } from '../../ui/States.tsx';
import { TextFilter } from '../../ui/TextFilter.tsx';
import { AgeingStrip } from './AgeingStrip.tsx';
import type { OpenItem, OpenItems, Place } from './answers.ts';
import { ExportMenu } from './ExportMenu.tsx';
import { PostingSide } from './PostingSide.tsx';
import { changed, itemOrders, itemStates, sheetOf } from './search.ts';
import { useItemColumns } from './useItemColumns.tsx';

const states = { ueberfaellig: 'overdue', nichtfaellig: 'notDue' } as const;
const orders = { betrag: 'amount', konto: 'account' } as const;

/** What customers still owe, or suppliers are still owed: how much of it is overdue, and for how long. */
export function ItemsView({ place }: { place: Place }) {
  const { texts, format } = useI18n();
  const { figures } = texts;
  const { now } = useSurroundings();
  const call = useCall();
  const { mandantId, year, search, show, go } = place;
  const params = { mandantId, yearNo: year.yearNo };
  const side = search.kreditoren ? ('payable' as const) : ('receivable' as const);
  const filter = {
    side,
    ...(search.faelligkeit ? { state: states[search.faelligkeit] } : {}),
    ...(search.folge ? { order: orders[search.folge] } : {}),
    ...(search.text ? { text: search.text } : {}),
  };
  const { source, first, isOld } = useCursorRows<OpenItems, OpenItem>({
    key: [api.figures.openItems.path, { params, filter }],
    version: year.openItemsStand,
    load: (cursor, signal) =>
      call(api.figures.openItems, { params, query: { ...filter, limit: 200, ...(cursor ? { cursor } : {}) } }, signal),
    rowsOf: (page) => page.rows,
  });
  const columns = useItemColumns(place);
  return (
    <>
      <Filters
        place={place}
        exportAs={(format) => call(api.figures.exportOpenItems, { params, query: { ...filter, format } })}
      />
      {source.error !== null && <ProblemBanner error={source.error} />}
      <Loaded query={first}>
        {({ ageing, totals, asOf, stand, basis }) => (
          <>
            {totals.count > 0 && <AgeingStrip ageing={ageing} />}
            <PostingSide place={place} posting={null}>
              <DataTable
                dense
                label={`${figures.views.posten}: ${figures.items.sides[side]}`}
                columns={columns}
                source={source}
                isOld={isOld}
                idOf={(row) => row.key}
                nameOf={(row) => `${row.caption ?? row.number} ${row.documentField1 ?? ''}`}
                onOpen={(row) => go(sheetOf(year.yearNo, row.account))}
                empty={
                  search.text || search.faelligkeit ? (
                    <EmptyState
                      icon="search"
                      title={figures.noMatch}
                      actions={
                        <Button onPress={() => show(changed(search, { text: undefined, faelligkeit: undefined }))}>
                          {figures.resetFilter}
                        </Button>
                      }
                    />
                  ) : (
                    <EmptyState icon="circleCheck" title={figures.empty.noItems[side]} />
                  )
                }
              />
            </PostingSide>
            <p className="figures-legend num">
              {figures.items.total(totals.count)} · {format.amount(totals.open)} {basis.currency} ·{' '}
              {figures.items.ofWhichOverdue(format.amount(totals.overdue))} · {figures.items.asOf(format.date(asOf))}
              {stand && ` · ${figures.stand.label} ${format.moment(stand, now())}`}
            </p>
          </>
        )}
      </Loaded>
    </>
  );
}

type FiltersProps = { place: Place; exportAs: (format: 'csv' | 'xlsx' | 'pdf') => Promise<File> };

function Filters({ place, exportAs }: FiltersProps) {
  const { figures } = useI18n().texts;
  const { items: words } = figures;
  const { search, show } = place;
  return (
    <search className="figures-filter" aria-label={figures.filter}>
      <Chips label={words.side}>
        <Chip
          isOn={!search.kreditoren}
          label={words.sides.receivable}
          onPress={() => show(changed(search, { kreditoren: undefined, beleg: undefined }))}
        />
        <Chip
          isOn={search.kreditoren ?? false}
          label={words.sides.payable}
          onPress={() => show(changed(search, { kreditoren: true, beleg: undefined }))}
        />
      </Chips>
      <div className="figures-order">
        <Select
          label={words.state}
          quietLabel
          options={(['alle', ...itemStates] as const).map((value) => ({ value, label: words.states[value] }))}
          value={search.faelligkeit ?? 'alle'}
          onChange={(faelligkeit) => show(changed(search, { faelligkeit }))}
        />
      </div>
      <div className="figures-order">
        <Select
          label={words.order}
          quietLabel
          options={(['faelligkeit', ...itemOrders] as const).map((value) => ({ value, label: words.orders[value] }))}
          value={search.folge ?? 'faelligkeit'}
          onChange={(folge) => show(changed(search, { folge }))}
        />
      </div>
      <TextFilter label={words.search} value={search.text ?? ''} onChange={(text) => show(changed(search, { text }))} />
      <ExportMenu load={exportAs} />
    </search>
  );
}
