import type { VerifyKey } from '@bruecke/proof';

/** What the instance knows about itself since its start; chosen where the program is put together. */
export type InstanceFacts = {
  readonly embeddedDatabase: boolean;
  readonly startedAt: Date;
  /** Whether there is an SMTP server; without one mails wait. */
  readonly mailConfigured: boolean;
  /** Public halves of the keys that sign receipts, newest first. Never empty. */
  readonly receiptKeys: readonly [VerifyKey, ...VerifyKey[]];
};
