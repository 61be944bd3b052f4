import { useI18n } from '../../i18n/I18n.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Amount } from './Amount.tsx';
import type { FigureYear } from './answers.ts';
import { TableScroll } from './TableScroll.tsx';

/** Accounts and months whose postings do not add up to DATEV's balances. */
export function Differences({ year, onClose }: { year: FigureYear; onClose: () => void }) {
  const { texts, format } = useI18n();
  const { notice: words, sums } = texts.figures;
  const monthOf = (month: number) => {
    const found = year.months.find((one) => Number(one.month.slice(5)) === month);
    return found ? format.monthNumber(found.month) : words.openingValues;
  };
  return (
    <Dialog isOpen title={words.differences} size="wide" onClose={onClose}>
      <TableScroll label={words.differences}>
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">{sums.number}</th>
              <th scope="col">{texts.figures.month}</th>
              <th scope="col" className="end">
                {words.ofPostings}
              </th>
              <th scope="col" className="end">
                {words.ofBalances}
              </th>
              <th scope="col" className="end">
                {words.difference}
              </th>
            </tr>
          </thead>
          <tbody>
            {year.differences.map((one) => (
              <tr key={`${one.account} ${one.month}`}>
                <th scope="row">
                  <span className="num">{one.number}</span> {one.caption}
                </th>
                <td className="num">{monthOf(one.month)}</td>
                <td className="end">
                  <Amount cents={one.postings} />
                </td>
                <td className="end">
                  <Amount cents={one.balances} />
                </td>
                <td className="end">
                  <Amount cents={one.postings - one.balances} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
      {year.differenceCount > year.differences.length && (
        <p className="small quiet">{words.differencesMore(year.differences.length)}</p>
      )}
    </Dialog>
  );
}
