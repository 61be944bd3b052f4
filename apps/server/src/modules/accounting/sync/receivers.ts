import type { ConnectorOrderKind, OrderEnd } from '@bruecke/model';
import type { Services } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import type { OrderReceiver, Receivers } from '../../connectors/index.ts';
import { finishRun } from './finishRun.ts';
import { closeOrder, type FoundOrder, findOrder } from './runOrders.ts';
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

function receiver(
  kind: ConnectorOrderKind,
  given: { rows?: OrderReceiver['rows']; take: Taking; miss?: Missing; keepStaged?: true },
): OrderReceiver {
  return {
    rows: given.rows ?? ((tx, _services, order, rows) => stageRows(tx, order, rows)),
    ended: async (tx, services, order, end) => {
      if (!end.ok && end.code === 'cancelled') return discardAttempt(tx, order);
      const found = await findOrder(tx, order);
      if (!found) return;
      // Without the posting licence there is another way, which is no failure of the run.
      const expected = !end.ok && end.code === 'postingLicenceMissing' && given.miss !== undefined;
      await closeOrder(tx, found, kind, expected ? { ...end, ok: true } : end);
      const goesOn = end.ok
        ? await given.take(tx, services, found)
        : ((await given.miss?.(tx, services, found, end)) ?? true);
      if (!end.ok || !given.keepStaged) await dropStaged(tx, found.run.mandantId, found.orderId);
      if (goesOn) await finishRun(tx, services, found.run);
      else await cancelRun(tx, services, found.run);
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
  listYears: receiver('listYears', {
    take: async (tx, services, found) => {
      await takeYears(tx, services, found);
      return giveChecks(tx, services, found.run);
    },
  }),
  checkYear: receiver('checkYear', { take: ofYear(takeCheck), keepStaged: true }),
  readPostings: receiver('readPostings', { rows: addPostings, take: takeMonth, miss: missMonth }),
  readRecords: receiver('readRecords', { rows: addPostings, take: takeMonth }),
  readOpenItems: receiver('readOpenItems', {
    take: ofYear((tx, _services, found, yearNo) => done(takeOpenItems(tx, found, yearNo))),
  }),
  readPartners: receiver('readPartners', {
    take: (tx, _services, found) => done(takePartners(tx, found, found.run.whole)),
  }),
  readTermsOfPayment: receiver('readTermsOfPayment', { take: (tx, _services, found) => done(takeTerms(tx, found)) }),
};
