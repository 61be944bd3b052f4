import { api } from '@bruecke/contract';
import { Link } from '@tanstack/react-router';
import { useAsk } from '../../api/query.tsx';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import './voucherPostings.css';

/** Where the voucher was booked, each leading to the posting on its Kontoblatt. Nothing while nothing is booked. */
export function VoucherPostings({ mandantId, voucherId }: { mandantId: string; voucherId: string }) {
  const { texts, format } = useI18n();
  const { booked: words, debitSide, creditSide } = texts.figures;
  const postings = useAsk(api.figures.postingsOfVoucher, { params: { mandantId, voucherId } });
  const rows = postings.data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <section className="booked" aria-label={words.title}>
      <ul>
        {rows.map((row) => {
          const month = row.date.slice(0, 7);
          return (
            <li key={row.key}>
              <Link
                to={paths.figures}
                params={{ mandantId }}
                search={{
                  // A Kontoblatt has opening postings in its opening balance; the journal has them each.
                  ...(row.opening ? { ansicht: 'journal' } : { ansicht: 'konten', konto: row.account }),
                  jahr: row.basis.yearNo,
                  von: month,
                  bis: month,
                  buchung: row.key,
                }}
              >
                {words.on(format.date(row.date))}
                <span className="visually-hidden"> {words.account(row.number)}</span>
              </Link>
              <span className="grow">
                <span className="num">{row.number}</span> {row.caption}
              </span>
              <span className="num nowrap">
                {format.amount(row.debit === 0 ? row.credit : row.debit)} {row.debit === 0 ? creditSide : debitSide}
              </span>
              <span className="quiet small">{row.final ? words.final : words.notFinal}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
