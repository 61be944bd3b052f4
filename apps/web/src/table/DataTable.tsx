import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Icon } from '../ui/Icon.tsx';
import type { Column } from './column.ts';
import type { RowSource } from './rows.ts';
import { TableRow } from './TableRow.tsx';
import { useWidth } from './useWidth.ts';
import { idsBetween, rowAfterKey, type Selection, toggled, withActive, withAll } from './windowing.ts';
import './table.css';

export type Sort = { column: string; direction: 'up' | 'down' };

type Props<Row> = {
  label: string;
  columns: readonly Column<Row>[];
  source: RowSource<Row>;
  idOf: (row: Row) => string;
  /** Read out for the checkbox and the row. */
  nameOf: (row: Row) => string;
  onOpen?: (row: Row) => void;
  /** Marks the row whose details are open. */
  openId?: string | null;
  selection?: Selection;
  onSelect?: (selection: Selection) => void;
  sortable?: readonly string[];
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Further actions at the end of the row, usually a MenuButton. */
  actions?: (row: Row) => ReactNode;
  /** Shown when there is no row at all. */
  empty: ReactNode;
  /** Less air, for tables of numbers. */
  dense?: boolean;
  /** Sums below the columns, by column id; stay in sight. */
  foot?: Readonly<Record<string, ReactNode>>;
  /** The rows still answer an earlier question; those of the present one are on their way. */
  isOld?: boolean;
  /** What the rows answer: with another one the table begins at its first row again. */
  question?: unknown;
  /** Row to bring into view, once it is there; -1: none. */
  showIndex?: number;
};

const rowHeight = 38;
const denseHeight = 31;
const cardHeight = 66;

/**
 * Virtualised grid, quick with 100,000 rows: one tab stop, arrows, Home/End, PageUp/PageDown, space selects,
 * shift selects a range, Enter opens, → reaches the controls inside a row. On narrow places rows become cards.
 */
export function DataTable<Row>(props: Props<Row>) {
  // Apart, because the grid measures its place when it first appears.
  if (props.source.total === 0) return <div className="table-frame">{props.empty}</div>;
  return <Grid {...props} />;
}

function Grid<Row>(props: Props<Row>) {
  const { source, selection } = props;
  const { basics } = useTexts();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const narrow = width < 640;
  const columns = props.columns.filter((column) => narrow || width >= (column.dropBelow ?? 0));
  const [active, setActive] = useState(0);
  const [anchor, setAnchor] = useState(0);
  const size = narrow ? cardHeight : props.dense ? denseHeight : rowHeight;
  const virtual = useVirtualizer({
    count: source.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => size,
    overscan: 8,
    scrollPaddingStart: narrow ? 0 : rowHeight,
    scrollPaddingEnd: props.foot ? rowHeight : 0,
    rangeExtractor: (range) => withActive(defaultRangeExtractor(range), active, source.total),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew exactly when the row height changes
  useEffect(() => virtual.measure(), [virtual, size]);
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {};
  const { want } = source;
  useEffect(() => want(startIndex, endIndex + 8), [want, startIndex, endIndex]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: exactly when the question changes
  useLayoutEffect(() => {
    setActive(0);
    setAnchor(0);
    virtual.scrollToOffset(0);
  }, [virtual, props.question]);
  const { showIndex = -1 } = props;
  useEffect(() => {
    if (showIndex < 0) return;
    setActive(showIndex);
    virtual.scrollToIndex(showIndex);
  }, [virtual, showIndex]);

  const idAt = (index: number) => {
    const row = source.row(index);
    return row === undefined ? undefined : props.idOf(row);
  };
  const focusRow = (index: number) => {
    setActive(index);
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus());
  };
  const select = (index: number, range: boolean) => {
    if (!selection || !props.onSelect) return;
    const id = idAt(index);
    if (id === undefined) return;
    if (range) props.onSelect(withAll(selection, idsBetween(anchor, index, idAt)));
    else {
      props.onSelect(toggled(selection, id));
      setAnchor(index);
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Keys of controls inside a row (menus, links) belong to them.
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-row')) return;
    const target = rowAfterKey(event.key, active, source.total, Math.max(1, endIndex - startIndex));
    if (target !== null) {
      if (event.shiftKey) select(target, true);
      focusRow(target);
    } else if (event.key === ' ') select(active, event.shiftKey);
    else if (event.key === 'Enter') openRow(active);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey) && selection) selectLoaded();
    else return;
    event.preventDefault();
  };
  const openRow = (index: number) => {
    const row = source.row(index);
    if (row !== undefined) props.onOpen?.(row);
  };
  const selectLoaded = () => {
    if (!selection || !props.onSelect) return;
    if (selection.size > 0) props.onSelect(new Set());
    else props.onSelect(withAll(selection, idsBetween(0, source.total - 1, idAt)));
  };

  const tracks = [selection ? '40px' : '', ...columns.map((column) => column.width), props.actions ? '44px' : '']
    .filter(Boolean)
    .join(' ');
  const columnCount = columns.length + (selection ? 1 : 0) + (props.actions ? 1 : 0);
  return (
    <div
      className={`table-frame${narrow ? ' table-narrow' : ''}${props.dense ? ' table-dense' : ''}`}
      aria-busy={props.isOld ?? false}
    >
      <p className="visually-hidden" id="table-keys">
        {basics.table.keys}
      </p>
      <div className="table-scroll" ref={scroller}>
        {/* biome-ignore lint/a11y/useSemanticElements: a virtualised grid can't be a <table>; ARIA grid pattern */}
        <div
          role="grid"
          className="table-grid"
          aria-label={props.label}
          aria-describedby="table-keys"
          aria-rowcount={source.total + (props.foot ? 2 : 1)}
          aria-colcount={columnCount}
          {...(selection ? { 'aria-multiselectable': true } : {})}
          onKeyDown={onKeyDown}
        >
          <Head {...props} columns={columns} tracks={tracks} selectLoaded={selectLoaded} />
          {/* biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern */}
          <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map((item) => (
              <TableRow
                key={item.key}
                index={item.index}
                top={item.start}
                height={item.size}
                tracks={narrow ? undefined : tracks}
                columns={columns}
                row={source.row(item.index)}
                isActive={item.index === active}
                isOpen={props.openId !== undefined && props.openId !== null && idAt(item.index) === props.openId}
                isSelected={selection ? selection.has(idAt(item.index) ?? '') : null}
                nameOf={props.nameOf}
                actions={props.actions}
                canOpen={props.onOpen !== undefined}
                onFocus={() => setActive(item.index)}
                onOpen={() => openRow(item.index)}
                onToggle={(range) => select(item.index, range)}
              />
            ))}
          </div>
          {props.foot && (
            <Foot
              columns={columns}
              foot={props.foot}
              tracks={narrow ? undefined : tracks}
              rowIndex={source.total + 2}
            />
          )}
        </div>
      </div>
    </div>
  );
}

type FootProps<Row> = {
  columns: readonly Column<Row>[];
  foot: Readonly<Record<string, ReactNode>>;
  /** undefined: the row is a card */
  tracks: string | undefined;
  rowIndex: number;
};

function Foot<Row>({ columns, foot, tracks, rowIndex }: FootProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
    // biome-ignore lint/a11y/useFocusableInteractive: sums do nothing
    <div role="row" aria-rowindex={rowIndex} className="table-foot" style={{ gridTemplateColumns: tracks }}>
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: sums do nothing
        <div
          role="gridcell"
          key={column.id}
          className={`table-cell table-card-${column.card}${column.align === 'end' ? ' table-end num' : ''}`}
        >
          {foot[column.id]}
        </div>
      ))}
    </div>
  );
}

function Head<Row>(props: Props<Row> & { tracks: string; selectLoaded: () => void }) {
  const { basics } = useTexts();
  const count = props.selection?.size ?? 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
    // biome-ignore lint/a11y/useFocusableInteractive: the header row itself does nothing
    <div role="row" aria-rowindex={1} className="table-head" style={{ gridTemplateColumns: props.tracks }}>
      {props.selection && (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: the checkbox inside is
        <div role="columnheader" className="table-check">
          <Checkbox
            aria-label={count > 0 ? basics.table.clearSelection : basics.table.selectAll}
            isSelected={false}
            isIndeterminate={count > 0}
            onChange={props.selectLoaded}
          />
        </div>
      )}
      {props.columns.map((column) => (
        <HeadCell key={column.id} column={column} {...props} />
      ))}
      {props.actions && (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: only a name for the column
        <div role="columnheader">
          <span className="visually-hidden">{basics.more}</span>
        </div>
      )}
    </div>
  );
}

function HeadCell<Row>({ column, sort, sortable, onSort }: Props<Row> & { column: Column<Row> }) {
  const { basics } = useTexts();
  const direction = sort?.column === column.id ? sort.direction : null;
  const canSort = sortable?.includes(column.id) && onSort;
  const ariaSort = direction === 'up' ? 'ascending' : direction === 'down' ? 'descending' : 'none';
  return (
    // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
    // biome-ignore lint/a11y/useFocusableInteractive: the sort button inside is
    <div
      role="columnheader"
      className={column.align === 'end' ? 'table-end' : ''}
      {...(canSort ? { 'aria-sort': ariaSort } : {})}
    >
      {canSort ? (
        <button
          type="button"
          className="table-sort"
          onClick={() => onSort({ column: column.id, direction: direction === 'up' ? 'down' : 'up' })}
        >
          {column.header}
          {direction && <Icon name={direction === 'up' ? 'arrowUp' : 'arrowDown'} size={13} />}
          {direction && (
            <span className="visually-hidden">
              {direction === 'up' ? basics.table.sortedUp : basics.table.sortedDown}
            </span>
          )}
        </button>
      ) : (
        column.header
      )}
    </div>
  );
}
