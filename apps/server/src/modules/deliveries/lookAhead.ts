import type { Id } from '@bruecke/model';
import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { gather } from '../../gather.ts';
import { holdFrom } from '../connectionHealth/index.ts';
import { these } from './deliveryRow.ts';
import { together } from './together.ts';

/** What goes out with a delivery beside what its own row says. */
export type SentVoucher = { sha256: string; size: number; mediaType: string; note: string | null };

type Asked = { deliveryId: Id; probe: boolean };

/**
 * The voucher of a delivery that looks as if it could be sent now; null where it certainly can't. Its bytes are read before the
 * claim: nothing is waited for between that and the first byte, and no transaction waits for the store they lie in.
 */
export const lookAhead = gather(lookAtVouchers, together);

async function lookAtVouchers(
  services: Services,
  mandantId: Id,
  asked: readonly Asked[],
): Promise<(SentVoucher | null)[]> {
  const ids = asked.map(({ deliveryId }) => deliveryId);
  const found = await services.withTenant(
    { as: 'job', mandantId },
    (tx) =>
      sql<SentVoucher & { id: Id; open: boolean }>`
        select d.id, v.sha256, v.size, v.media_type as "mediaType", v.note, c.failures_in_row < ${holdFrom} as open
          from ${these(mandantId, ids)}
          join vouchers v on v.mandant_id = d.mandant_id and v.id = d.voucher_id
          join connections c on c.mandant_id = d.mandant_id and c.id = d.connection_id
         where d.phase in ('waiting', 'sending') and c.severed_at is null and c.switched_on
           and exists (select from grants g where g.mandant_id = c.mandant_id and g.connection_id = c.id and g.state = 'valid')`.execute(
        tx,
      ),
    { keepPlans: true, readOnly: true },
  );
  const vouchers = new Map(found.rows.map((row) => [row.id, row]));
  return asked.map(({ deliveryId, probe }) => {
    const voucher = vouchers.get(deliveryId);
    return voucher && (voucher.open || probe) ? voucher : null;
  });
}
