import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { SentVoucher } from './lookAhead.ts';

/** DATEV takes 20 MB at most; a larger file is refused by its size alone and never read (requirement D-08). */
const readLimit = 20 * 1024 * 1024;

/** A voucher's bytes, whole; null where there are more of them than DATEV takes. */
export async function readContent(services: Services, mandantId: Id, voucher: SentVoucher): Promise<Uint8Array | null> {
  if (voucher.size > readLimit) return null;
  return services.blobs.read(mandantId, voucher.sha256, voucher.size);
}
