export { accountingHandlers, accountingSchedules } from './jobs.ts';
export { figureReceivers } from './sync/receivers.ts';
export { FIGURES_CHANNEL } from './sync/runOrders.ts';
