import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useI18n } from '../../i18n/I18n.tsx';
import { paths } from '../../paths.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { type Definition, DefinitionGrid } from '../../ui/Card.tsx';
import { useEscape } from '../../ui/useEscape.ts';
import { useFocusWhenLost } from '../../ui/useFocusWhenLost.ts';
import { Amount, Balance } from './Amount.tsx';
import type { Place, PostingLine } from './answers.ts';
import { changed, sheetOf } from './search.ts';

/** On a Kontoblatt with the balance after it, which the list beside may hide. */
export type OpenPosting = PostingLine & { balance?: number };

type Props = { place: Place; posting: OpenPosting; onClose: () => void };

/** All that is known of one posting, with the ways on: its accounts, its counterpart, its voucher. */
export function PostingPanel({ place, posting, onClose }: Props) {
  const { texts, format } = useI18n();
  const { postings: words, debitSide, creditSide } = texts.figures;
  const heading = useRef<HTMLHeadingElement>(null);
  useEscape(onClose);
  useFocusWhenLost(heading);
  const isDebit = posting.debit !== 0;
  return (
    <section className="posting" aria-label={words.details}>
      <header className="posting-head">
        <div className="grow">
          <h2 ref={heading} tabIndex={-1}>
            {posting.text ?? (posting.opening ? words.openingEntry : words.details)}
          </h2>
          <p className="posting-amount">
            <Amount cents={isDebit ? posting.debit : posting.credit} />{' '}
            <span className="quiet">
              {place.year.currency} {isDebit ? debitSide : creditSide}
            </span>
          </p>
        </div>
        <IconButton icon="close" label={words.close} onPress={onClose} />
      </header>
      <div className="posting-voucher-line">
        <VoucherLine place={place} posting={posting} />
      </div>
      <DefinitionGrid items={[{ term: words.date, value: format.date(posting.date) }, ...facts()]} />
      {posting.documentField1 && (
        <Link
          to={paths.figures}
          params={{ mandantId: place.mandantId }}
          search={{
            ansicht: 'journal',
            jahr: place.year.yearNo,
            von: posting.date.slice(0, 7),
            bis: posting.date.slice(0, 7),
            text: posting.documentField1,
          }}
        >
          {words.findBoth}
        </Link>
      )}
    </section>
  );

  function facts(): Definition[] {
    const centers = [posting.costCenter1, posting.costCenter2].filter(Boolean).join(' · ');
    const tax = [
      posting.taxRate === null ? '' : `${format.number(posting.taxRate)} %`,
      posting.taxKey === null ? '' : words.taxKey(posting.taxKey),
    ];
    const kind = [posting.opening && words.openingEntry, posting.generalReversal && words.reversal].filter(Boolean);
    const all: Definition[] = [
      { term: words.account, value: accountLink(posting.account, posting.number, posting.caption) },
      {
        term: words.contra,
        value:
          posting.contraAccount !== null &&
          accountLink(posting.contraAccount, posting.contraNumber ?? '', posting.contraCaption),
      },
      { term: words.balance, value: posting.balance !== undefined && <Balance cents={posting.balance} /> },
      { term: words.field1, value: posting.documentField1 },
      { term: words.field2, value: posting.documentField2 },
      { term: words.batch, value: posting.batchNumber },
      { term: words.tax, value: tax.filter(Boolean).join(' · ') },
      { term: words.costCenters, value: centers },
      { term: words.kind, value: kind.join(' · ') },
    ];
    return all.filter(({ value }) => value !== null && value !== '' && value !== false);
  }

  function accountLink(account: number, number: string, caption: string | null) {
    const month = posting.date.slice(0, 7);
    return (
      <Link
        to={paths.figures}
        params={{ mandantId: place.mandantId }}
        search={sheetOf(place.year.yearNo, account, { von: month, bis: month })}
      >
        {number} {caption}
      </Link>
    );
  }
}

function VoucherLine({ place, posting }: { place: Place; posting: PostingLine }) {
  const { postings: words } = useI18n().texts.figures;
  const { voucherId, documentLink } = posting;
  if (voucherId)
    return (
      <Button
        kind="primary"
        icon="voucher"
        onPress={() => place.show(changed(place.search, { buchung: posting.key, beleg: voucherId }))}
      >
        {words.openVoucher}
      </Button>
    );
  return <p className="small quiet">{documentLink ? words.elsewhere : words.noVoucher}</p>;
}
