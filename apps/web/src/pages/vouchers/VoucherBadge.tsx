import { useTexts } from '../../i18n/I18n.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';
import type { Voucher } from './answers.ts';
import { phaseLook, statusLook } from './states.ts';

/** How a voucher fares, the same everywhere. What a person alone has said is never told like what DATEV has confirmed. */
export function VoucherBadge({ voucher }: { voucher: Pick<Voucher, 'status' | 'settled'> }) {
  const { status, settled } = useTexts().vouchers;
  const look = voucher.settled ? phaseLook.settled : statusLook[voucher.status];
  return (
    <StateBadge {...look} plain>
      {voucher.settled ? settled : status[voucher.status]}
    </StateBadge>
  );
}
