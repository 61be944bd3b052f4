import type { OrderEnd } from '@bruecke/model';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import type { OrderReceiver, Receivers } from '../../connectors/index.ts';
import { finishRun } from './finishRun.ts';
import { closeOrder, type FoundOrder } from './runOrders.ts';
import { discardAttempt, dropStaged, stageRows } from './staged.ts';
import { cancelRun, giveChecks } from './startRun.ts';
import { takeCheck } from './takeCheck.ts';
import { takeOpenItems } from './takeOpenItems.ts';
import { takePartners, takeTerms } from './takePartners.ts';
import { addPostings, missMonth, takeMonth } from './takePostings.ts';
import { takeYears } from './takeYears.ts';

/** What is done with the answer once it is whole; false where there is nobody to ask what follows. */
type Taking = (tx: Tx, services: Services, found: FoundOrder) => Promise<boolean>;
type Missing = (tx: Tx, services: Services, found: FoundOrder, end: OrderEnd & { ok: false }) => Promise<boolean>;

/** `staged`: what becomes of its staged rows once it ended well; none where its rows are never staged. */
function receiver(given: {
  rows?: OrderReceiver['rows'];
  take: Taking;
  miss?: Missing;
  staged: 'dropped' | 'kept' | 'none';
}): OrderReceiver {
  return {
    rows: given.rows ?? ((tx, _services, order, rows) => stageRows(tx, order, rows)),
    ended: async (tx, services, order, end) => {
      if (!end.ok && end.code === 'cancelled') return discardAttempt(tx, order);
      // Without the posting licence there is another way, which is no failure of the run.
      const expected = !end.ok && end.code === 'postingLicenceMissing' && given.miss !== undefined;
      const found = await closeOrder(tx, order, expected ? { ...end, ok: true } : end);
      if (!found) return;
      const goesOn = end.ok
        ? await given.take(tx, services, found)
        : ((await given.miss?.(tx, services, found, end)) ?? true);
      const { mandantId } = found.run;
      await Promise.all([
        given.staged === 'dropped' || (given.staged === 'kept' && !end.ok)
          ? dropStaged(tx, mandantId, found.orderId)
          : undefined,
        goesOn ? finishRun(tx, services, found.run) : cancelRun(tx, services, found.run),
      ]);
    },
  };
}

const ofYear =
  (take: (tx: Tx, services: Services, found: FoundOrder, yearNo: number) => Promise<boolean>): Taking =>
  async (tx, services, found) =>
    found.yearNo === null ? true : take(tx, services, found, found.yearNo);

const done = async (work: Promise<void>): Promise<true> => work.then(() => true);

/** Receivers of everything that a run asks for. */
export const figureReceivers: Omit<Receivers, 'probe' | 'listClients'> = {
  listYears: receiver({
    take: async (tx, services, found) => {
      await takeYears(tx, services, found);
      return giveChecks(tx, services, found.run);
    },
    staged: 'dropped',
  }),
  checkYear: receiver({ take: ofYear(takeCheck), staged: 'kept' }),
  readPostings: receiver({ rows: addPostings, take: takeMonth, miss: missMonth, staged: 'none' }),
  readRecords: receiver({ rows: addPostings, take: takeMonth, staged: 'none' }),
  readOpenItems: receiver({
    take: ofYear((tx, _services, found, yearNo) => done(takeOpenItems(tx, found, yearNo))),
    staged: 'dropped',
  }),
  readPartners: receiver({
    take: (tx, _services, found) => done(takePartners(tx, found, found.run.whole)),
    staged: 'dropped',
  }),
  readTermsOfPayment: receiver({ take: (tx, _services, found) => done(takeTerms(tx, found)), staged: 'dropped' }),
};
