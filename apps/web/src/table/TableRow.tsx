import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useTexts } from '../i18n/I18n.tsx';
import { Checkbox } from '../ui/Checkbox.tsx';
import type { Column } from './column.ts';

type Props<Row> = {
  index: number;
  top: number;
  height: number;
  /** undefined where rows are cards */
  tracks: string | undefined;
  columns: readonly Column<Row>[];
  row: Row | undefined;
  isActive: boolean;
  isOpen: boolean;
  /** null where nothing can be selected */
  isSelected: boolean | null;
  canOpen: boolean;
  nameOf: (row: Row) => string;
  actions: ((row: Row) => ReactNode) | undefined;
  onFocus: () => void;
  onOpen: () => void;
  onToggle: (range: boolean) => void;
};

const focusable = 'button, a[href], input';

export function TableRow<Row>(props: Props<Row>) {
  const { row, index, isSelected } = props;
  const { basics } = useTexts();
  const onClick = (event: MouseEvent<HTMLElement>) => {
    if (isControl(event.target)) return;
    if (isSelected !== null && (event.shiftKey || event.ctrlKey || event.metaKey)) props.onToggle(event.shiftKey);
    else props.onOpen();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
    <div
      role="row"
      aria-rowindex={index + 2}
      {...(isSelected === null ? {} : { 'aria-selected': isSelected })}
      {...(props.isOpen ? { 'aria-current': true } : {})}
      className={`table-row${props.canOpen ? ' table-row-open' : ''}`}
      data-row={index}
      tabIndex={props.isActive ? 0 : -1}
      style={{ gridTemplateColumns: props.tracks, height: props.height, translate: `0 ${props.top}px` }}
      onFocus={props.onFocus}
      onClick={onClick}
      onKeyDown={moveInside}
    >
      {isSelected !== null && (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: the row is focused, not the cell
        <div role="gridcell" className="table-check">
          <Checkbox
            aria-label={row === undefined ? basics.loading : `${basics.table.selectRow}: ${props.nameOf(row)}`}
            isSelected={isSelected}
            isDisabled={row === undefined}
            excludeFromTabOrder
            onChange={() => props.onToggle(false)}
          />
        </div>
      )}
      {props.columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: the row is focused, not the cell
        <div
          role="gridcell"
          key={column.id}
          className={`table-cell table-card-${column.card}${column.align === 'end' ? ' table-end num' : ''}`}
        >
          {row === undefined ? <span className="table-wait" /> : column.cell(row)}
        </div>
      ))}
      {props.actions && (
        // biome-ignore lint/a11y/useSemanticElements: ARIA grid pattern
        // biome-ignore lint/a11y/useFocusableInteractive: the button inside is
        <div role="gridcell" className="table-actions">
          {row !== undefined && props.actions(row)}
        </div>
      )}
    </div>
  );
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest(`${focusable}, label`) !== null;
}

/** → goes to the next control inside the row, ← back and at last to the row itself. */
function moveInside(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
  const row = event.currentTarget;
  const controls = [...row.querySelectorAll<HTMLElement>(focusable)];
  const at = document.activeElement instanceof HTMLElement ? controls.indexOf(document.activeElement) : -1;
  const next = event.key === 'ArrowRight' ? controls[at + 1] : (controls[at - 1] ?? row);
  if (!next) return;
  event.preventDefault();
  next.focus();
}
