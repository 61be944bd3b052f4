import { matching } from '../match.ts';
import { accountReads } from './accounts.ts';
import { assetReads } from './assets.ts';
import { fiscalYearReads } from './clients.ts';
import { costReads } from './costs.ts';
import { openItemReads } from './openItems.ts';
import { partnerReads } from './partners.ts';
import { postingReads } from './postings.ts';
import { proposalReads } from './proposals.ts';
import type { YearReads } from './read.ts';
import { sequenceReads } from './sequences.ts';
import { sumReads } from './sums.ts';

/** Every read below a fiscal year that accounting/v1 lists (onprem.md B.1). A fixed name stands before an id in its place. */
export const yearReads: YearReads = {
  ...fiscalYearReads,
  ...sumReads,
  ...postingReads,
  ...sequenceReads,
  ...openItemReads,
  ...partnerReads,
  ...accountReads,
  ...assetReads,
  ...costReads,
  ...proposalReads,
};

export const findYearRead = matching(yearReads);
