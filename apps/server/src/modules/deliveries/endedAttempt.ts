import type { Outcome } from '@bruecke/channels/vouchers-to-duo/channel';
import type { Exchange } from '@bruecke/datev-online';
import type { ClaimedDelivery } from './claimDelivery.ts';
import type { SentVoucher } from './lookAhead.ts';

/** An attempt and what it came to, with the calls that it made. */
export type EndedAttempt = {
  claimed: ClaimedDelivery;
  voucher: SentVoucher;
  outcome: Outcome;
  exchanges: readonly Exchange[];
};
