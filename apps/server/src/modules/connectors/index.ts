export { cancelOrders, issueOrder } from './orders.ts';
export type { OpenOrder, OrderReceiver, Receivers } from './receivers.ts';
