export { deliver } from './deliver.ts';
export { endDeliveries } from './endDeliveries.ts';
export { deliveryHandlers, deliverySchedules } from './jobs.ts';
export { probeConnection } from './probeConnection.ts';
export { findTarget, hasTarget, queueDeliveries, shareTarget, writeDeliveries } from './queueDeliveries.ts';
export { deliveryRoutes } from './routes.ts';
