import type { ConnectorOrder, ConnectorOrderKind, ConnectorRow, Id, OrderEnd } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

/** An order that a connector works on. */
export type OpenOrder = {
  id: Id;
  firmId: Id;
  connectorId: Id;
  /** Null for what concerns the connector itself. */
  mandantId: Id | null;
  order: ConnectorOrder;
  key: string | null;
  /** 1 at first; one more each time it is handed out anew. */
  attempt: number;
  /** When it was given. */
  issuedAt: Date;
  /** When it was handed to the connector: what it answers holds everything booked before. */
  begunAt: Date;
  /** Rows of this attempt that were taken with earlier parts. */
  rowsBefore: number;
};

/**
 * What is done with a connector's answers to one kind of order. Both run `as: 'connector'`, in the transaction that advances the order,
 * with the binding held: a cut waits for them. They make no call to the outside.
 */
export type OrderReceiver = {
  /** Rows of the next part, checked against the schemas and `rowsOfOrder`; each part comes exactly once per attempt. */
  rows(tx: Tx, services: Services, order: OpenOrder, rows: readonly ConnectorRow[]): Promise<void>;
  /**
   * The order is over; may give follow-up orders. `code: 'cancelled'` means that this attempt is given up and the same order comes again
   * with the next one: what was staged for it is to be discarded. Not called for orders that `cancelOrders` ended (a cut, a
   * switch-off): their staging belongs to nobody and is for a sweep.
   */
  ended(tx: Tx, services: Services, order: OpenOrder, end: OrderEnd): Promise<void>;
};

/** One receiver per kind; compose.ts puts them together. */
export type Receivers = Readonly<Record<ConnectorOrderKind, OrderReceiver>>;
