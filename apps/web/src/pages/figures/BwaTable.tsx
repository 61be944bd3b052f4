import { useState } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { Icon } from '../../ui/Icon.tsx';
import type { Bwa, BwaAccount, BwaLine, Place } from './answers.ts';
import { type BwaColumn, useBwaColumns } from './useBwaColumns.tsx';
import './bwa.css';

type Props = { place: Place; bwa: Bwa };

/** The lines of the form; a line of accounts opens into them, an account leads to its Kontoblatt. */
export function BwaTable({ place, bwa }: Props) {
  const { texts, format, language } = useI18n();
  const { bwa: words, amountsIn, amountsInWhole } = texts.figures;
  const columns = useBwaColumns(place, bwa);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const all = place.search.mitkonten ?? false;
  const toggle = (key: string) =>
    setOpened((old) => {
      const next = new Set(old);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const lines = [
    // A line without accounts has nothing in this year and the one before.
    ...bwa.lines
      .filter((line) => line.total || line.accounts.length > 0)
      .map((line) => ({ ...line, name: line.label[language] })),
    ...(bwa.unassigned.accounts.length > 0 ? [unassignedLine()] : []),
  ];
  const currency = bwa.basis.currency;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard
    <section className="bwa-scroll" tabIndex={0} aria-label={words.caption}>
      <table className={place.search.jahresform ? 'bwa bwa-months' : 'bwa'}>
        <caption>
          <span>
            {words.caption} {bwa.chart} · {format.month(bwa.month)} ·{' '}
            {place.search.jahresform ? amountsInWhole(currency) : amountsIn(currency)}
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
          {lines.map((line) => {
            const isOpen = all || opened.has(line.key);
            return [
              <tr key={line.key} className={rowClass(line)}>
                <th scope="row">
                  {line.accounts.length > 0 ? (
                    <button
                      type="button"
                      className="bwa-line"
                      aria-expanded={isOpen}
                      disabled={all}
                      title={(isOpen ? words.hideAccounts : words.showAccounts)(line.name)}
                      onClick={() => toggle(line.key)}
                    >
                      <Icon name={isOpen ? 'chevronDown' : 'chevronRight'} size={14} />
                      <span>{line.name}</span>
                    </button>
                  ) : (
                    <span className="bwa-line">{line.name}</span>
                  )}
                </th>
                {columns.map((column) => (
                  <td key={column.id} className={classOf(column)}>
                    {column.line(line)}
                  </td>
                ))}
              </tr>,
              ...(isOpen
                ? line.accounts.map((account) => <AccountRow key={account.account} {...{ account, columns }} />)
                : []),
            ];
          })}
        </tbody>
      </table>
    </section>
  );

  function unassignedLine(): BwaLine & { name: string } {
    const label = { de: words.unassigned, en: words.unassigned };
    return { ...bwa.unassigned, key: 'unassigned', label, kind: 'income', total: false, name: words.unassigned };
  }
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

/** Nothing was booked in it, neither in this year nor in the one before: it would only make the others harder to find. */
const isUsed = (line: BwaLine) =>
  line.accounts.length > 0 || [...line.months, line.previousCumulated].some((cents) => cents !== null && cents !== 0);

const classOf = (column: BwaColumn) => (column.quiet ? 'bwa-quiet' : column.begins ? 'bwa-begins' : '');

function rowClass(line: BwaLine): string {
  if (line.key === 'unassigned') return 'bwa-unassigned';
  if (!line.total) return '';
  return line.key === 'result' ? 'bwa-total bwa-result' : 'bwa-total';
}
