import { useI18n } from '../../i18n/I18n.tsx';

type AmountProps = {
  cents: number;
  whole?: boolean;
  /** Of a difference less is not worse: its minus carries no colour. */
  calm?: boolean;
};

/** An amount in a column of numbers: two decimals, a real minus and the colour of a warning below zero, quiet where it is nothing. */
export function Amount({ cents, whole = false, calm = false }: AmountProps) {
  const { format } = useI18n();
  const tone = cents < 0 && !calm ? ' amount-minus' : cents === 0 ? ' amount-zero' : '';
  return <span className={`num amount${tone}`}>{whole ? format.wholeAmount(cents) : format.amount(cents)}</span>;
}

/** A balance as bookkeepers write it: the amount, and the side it stands on. */
export function Balance({ cents }: { cents: number }) {
  const { texts, format } = useI18n();
  const { debitSide, creditSide } = texts.figures;
  return (
    <span className={cents === 0 ? 'num amount amount-zero' : 'num amount'}>
      {format.amount(Math.abs(cents))}{' '}
      <span className="amount-side">{cents === 0 ? '' : cents > 0 ? debitSide : creditSide}</span>
    </span>
  );
}

/** One side of a posting: nothing where it is on the other. */
export function Side({ cents, side }: { cents: number; side: 'debit' | 'credit' }) {
  const { figures } = useI18n().texts;
  if (cents === 0) return null;
  return (
    <>
      <Amount cents={cents} />
      {/* On a card no head of a column says which side it is. */}
      <span className="amount-side only-card"> {side === 'debit' ? figures.debitSide : figures.creditSide}</span>
    </>
  );
}
