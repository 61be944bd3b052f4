export { accountingHandlers, accountingSchedules } from './jobs.ts';
export { noteLooking } from './noteLooking.ts';
export { accountingRoutes } from './routes.ts';
export { figureReceivers } from './sync/receivers.ts';
export { FIGURES_CHANNEL, FIGURES_STATE_CHANNEL } from './sync/runOrders.ts';
