import { get, type Line, m, patch, post } from './line.ts';
import type { World } from './world.ts';

/** The figures that lie there get a binding again that feeds them. */
async function feedFigures({ db, server, mandantId }: World): Promise<void> {
  await db.sql(
    "update connections set severed_at = null, switched_on = true, switched_at = $2 where mandant_id = $1 and channel = 'datevconnect'",
    [mandantId, server.services.now()],
  );
}

export const figuresLines: Readonly<Record<string, Line>> = {
  'figures.state': { request: (world) => get(m(world, '/figures/state')) },
  'figures.refresh': {
    alone: true,
    request: async (world) => {
      await feedFigures(world);
      return post(m(world, '/figures/refresh'));
    },
  },
  'figures.changeSettings': { request: (world) => patch(m(world, '/figures/settings'), { wholeEveryDays: 5 }) },
  'figures.years': { request: (world) => get(m(world, '/figures/years')) },
  'figures.bwa': { request: (world) => get(m(world, '/figures/years/1/bwa')) },
  'figures.sums': { request: (world) => get(m(world, '/figures/years/1/accounts')) },
  'figures.account': { request: (world) => get(m(world, '/figures/years/1/accounts/84000000')) },
  'figures.journal': { request: (world) => get(m(world, '/figures/years/1/postings?text=rechnung')) },
  'figures.openItems': { request: (world) => get(m(world, '/figures/years/1/open-items?side=receivable')) },
  'figures.charts': { request: (world) => get(m(world, '/figures/years/1/charts')) },
  'figures.postingsOfVoucher': { request: (world) => get(m(world, `/vouchers/${world.ids.delivered}/postings`)) },
  'figures.exportBwa': { request: (world) => get(m(world, '/figures/years/1/bwa/file?format=csv')) },
  'figures.exportSums': { request: (world) => get(m(world, '/figures/years/1/accounts/file?format=csv')) },
  'figures.exportAccount': { request: (world) => get(m(world, '/figures/years/1/accounts/84000000/file?format=csv')) },
  'figures.exportJournal': { request: (world) => get(m(world, '/figures/years/1/postings/file?format=csv')) },
  'figures.exportOpenItems': {
    request: (world) => get(m(world, '/figures/years/1/open-items/file?side=receivable&format=csv')),
  },
};
