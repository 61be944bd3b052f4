import { Fragment, useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { Icon } from '../../ui/Icon.tsx';
import type { Bwa, BwaAccount, BwaLine, Place } from './answers.ts';
import { type BwaColumn, useBwaColumns } from './useBwaColumns.tsx';
import './bwa.css';

/** `isOld`: these are of another month, those of the present one are on their way. */
type Props = { place: Place; bwa: Bwa; isOld: boolean };

/** The lines of the form; a line of accounts opens into them, an account leads to its Kontoblatt. */
export function BwaTable({ place, bwa, isOld }: Props) {
  const { texts, format } = useI18n();
  const { bwa: words, amountsIn, amountsInWhole } = texts.figures;
  const columns = useBwaColumns(place, bwa);
  const { mitkonten: all = false, jahresform: byMonth = false } = place.search;
  const { currency } = bwa.basis;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section className="bwa-scroll" tabIndex={0} aria-label={words.caption} aria-busy={isOld}>
      <table className={byMonth ? 'bwa bwa-months' : 'bwa'}>
        <caption>
          <span>
            {words.caption} {bwa.chart} · {format.month(bwa.month)} ·{' '}
            {byMonth ? amountsInWhole(currency) : amountsIn(currency)}
          </span>
        </caption>
        <thead>
          <tr>
            <th scope="col">{words.line}</th>
            {columns.map((column) => (
              <th key={column.id} scope="col" className={classOf(column)} title={column.title}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {linesOf(bwa, words.unassigned).map((line) => (
            <LineRows key={line.key} line={line} columns={columns} isAlwaysOpen={all} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Nothing was booked in the year, nor in the one before. */
export const isEmptyBwa = (bwa: Bwa): boolean => linesOf(bwa, '').length === 0;

/** The lines that have anything, and what no line has. */
function linesOf(bwa: Bwa, unassigned: string): BwaLine[] {
  const label = { de: unassigned, en: unassigned };
  const rest = { ...bwa.unassigned, key: 'unassigned', label, kind: 'income', total: false } as const;
  return [...bwa.lines.filter(isUsed), ...(rest.accounts.length > 0 ? [rest] : [])];
}

/** Nothing was booked in it, neither in this year nor in the one before: it would only make the others harder to find. */
const isUsed = (line: BwaLine) =>
  line.accounts.length > 0 || [...line.months, line.previousCumulated].some((cents) => cents !== null && cents !== 0);

type LineProps = { line: BwaLine; columns: readonly BwaColumn[]; isAlwaysOpen: boolean };

function LineRows({ line, columns, isAlwaysOpen }: LineProps) {
  const { texts, language } = useI18n();
  const { bwa: words } = texts.figures;
  const [opened, setOpened] = useState(false);
  const isOpen = isAlwaysOpen || opened;
  const name = line.label[language];
  return (
    <>
      <tr className={rowClass(line)}>
        <th scope="row">
          {line.accounts.length > 0 ? (
            <button
              type="button"
              className="bwa-line"
              aria-expanded={isOpen}
              disabled={isAlwaysOpen}
              title={
                line.key === 'unassigned'
                  ? words.unassignedNote
                  : (isOpen ? words.hideAccounts : words.showAccounts)(name)
              }
              onClick={() => setOpened(!opened)}
            >
              <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={14} />
              <Breakable text={name} />
            </button>
          ) : (
            <span className="bwa-line">
              <Breakable text={name} />
            </span>
          )}
        </th>
        {columns.map((column) => (
          <td key={column.id} className={classOf(column)}>
            {column.line(line)}
          </td>
        ))}
      </tr>
      {isOpen &&
        line.accounts.map((account) => <AccountRow key={account.account} account={account} columns={columns} />)}
    </>
  );
}

function AccountRow({ account, columns }: { account: BwaAccount; columns: readonly BwaColumn[] }) {
  return (
    <tr className="bwa-account">
      <th scope="row">
        <span className="bwa-account-name" title={account.caption ?? ''}>
          <span className="num">{account.number}</span> {account.caption}
        </span>
      </th>
      {columns.map((column) => (
        <td key={column.id} className={classOf(column)}>
          {column.account(account)}
        </td>
      ))}
    </tr>
  );
}

/** "Material-/Wareneinkauf" may break behind its slash where the column is narrow. */
function Breakable({ text }: { text: string }) {
  return (
    <span>
      {text.split('/').map((part, at) => (
        <Fragment key={part}>
          {at > 0 && (
            <>
              /<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </span>
  );
}

const classOf = (column: BwaColumn) => (column.quiet ? 'bwa-quiet' : column.begins ? 'bwa-begins' : '');

function rowClass(line: BwaLine): string {
  if (line.key === 'unassigned') return 'bwa-unassigned';
  if (!line.total) return '';
  return line.key === 'result' ? 'bwa-total bwa-result' : 'bwa-total';
}
