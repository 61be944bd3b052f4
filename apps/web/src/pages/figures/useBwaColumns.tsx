import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Amount } from './Amount.tsx';
import type { Bwa, BwaAccount, BwaLine, Place } from './answers.ts';
import { yearEarlier } from './period.ts';
import { sheetOf } from './search.ts';

export type BwaColumn = {
  id: string;
  header: string;
  /** Said in full where the head is short. */
  title?: string;
  /** Shares stand back behind amounts. */
  quiet?: boolean;
  /** A new group of columns begins here. */
  begins?: boolean;
  line: (line: BwaLine) => ReactNode;
  account: (account: BwaAccount) => ReactNode;
};

type Values = Pick<BwaLine, 'months' | 'month' | 'previousMonth' | 'cumulated' | 'previousCumulated'>;
type Leads = { yearNo: number; von: string; bis: string };

/** Columns of the BWA: a comparison, or one per month. Amounts of accounts lead to the postings behind them. */
export function useBwaColumns(place: Place, bwa: Bwa): BwaColumn[] {
  const { texts, format } = useI18n();
  const { bwa: words } = texts.figures;
  const first = bwa.allMonths[0] ?? bwa.month;
  const { yearNo } = place.year;
  const whole = place.search.jahresform ?? false;
  const amount = (id: string, header: string, of: (values: Values) => number | null, leads?: Leads): BwaColumn => ({
    id,
    header,
    line: (line) => <Money cents={of(line)} whole={whole} />,
    account: (account) => {
      const shown = <Money cents={of(account)} whole={whole} />;
      if (!leads || !of(account)) return shown;
      return (
        <Link
          className="figure-link"
          to={paths.figures}
          params={{ mandantId: place.mandantId }}
          search={sheetOf(leads.yearNo, account.account, leads)}
        >
          {shown}
        </Link>
      );
    },
  });
  const month = format.monthNumber(bwa.month);
  const upTo = { yearNo, von: first, bis: bwa.month };
  if (whole)
    return [
      ...bwa.allMonths.map((each, at) =>
        amount(each, format.shortMonth(each), (values) => values.months[at] ?? 0, { yearNo, von: each, bis: each }),
      ),
      { ...amount('cumulated', words.cumulatedTo(month), (values) => values.cumulated, upTo), begins: true },
    ];
  const output = bwa.lines.find((line) => line.key === 'totalOutput');
  const share = (id: string, of: (values: Values) => number): BwaColumn => {
    const show = (values: Values) => {
      const all = output ? of(output) : 0;
      return all === 0 ? '' : <span className="num">{format.share(of(values) / all)}</span>;
    };
    return { id, header: words.share, title: words.shareLong, quiet: true, line: show, account: show };
  };
  const change = (id: string, of: (values: Values) => number | null): BwaColumn => {
    const show = (values: Values) => <Money cents={of(values)} calm />;
    return { id, header: words.change, line: show, account: show };
  };
  const before = bwa.previousYear;
  const earlier = yearEarlier(bwa.month);
  const minus = (now: number, then: number | null) => (then === null ? null : now - then);
  return [
    amount('month', month, (values) => values.month, { yearNo, von: bwa.month, bis: bwa.month }),
    share('share', (values) => values.month),
    amount(
      'previousMonth',
      before ? format.monthNumber(earlier) : words.previous,
      (values) => values.previousMonth,
      before ? { yearNo: before.yearNo, von: earlier, bis: earlier } : undefined,
    ),
    change('change', (values) => minus(values.month, values.previousMonth)),
    { ...amount('cumulated', words.cumulatedTo(month), (values) => values.cumulated, upTo), begins: true },
    share('cumulatedShare', (values) => values.cumulated),
    amount(
      'previousCumulated',
      `${words.previous} ${words.cumulated}`,
      (values) => values.previousCumulated,
      before ? { yearNo: before.yearNo, von: yearEarlier(first), bis: earlier } : undefined,
    ),
    change('cumulatedChange', (values) => minus(values.cumulated, values.previousCumulated)),
  ];
}

function Money({ cents, ...look }: { cents: number | null; whole?: boolean; calm?: boolean }) {
  return cents === null ? <span className="quiet">–</span> : <Amount cents={cents} {...look} />;
}
