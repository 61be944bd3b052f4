import { useTexts } from '../../i18n/I18n.tsx';
import { Icon } from '../../ui/Icon.tsx';
import type { Place } from './answers.ts';
import { changed } from './search.ts';

/** "Beleg öffnen" in a row; `posting`: the one it belongs to, so that closing the voucher leads back to it. */
export function VoucherButton({ place, voucherId, posting }: { place: Place; voucherId: string; posting?: string }) {
  const { postings: words } = useTexts().figures;
  return (
    <button
      type="button"
      className="posting-voucher"
      // Reached by → from the row, as the table has one tab stop.
      tabIndex={-1}
      title={words.openVoucher}
      aria-label={words.openVoucher}
      onClick={() => place.show(changed(place.search, { buchung: posting, beleg: voucherId }))}
    >
      <Icon name="voucher" size={17} />
    </button>
  );
}
