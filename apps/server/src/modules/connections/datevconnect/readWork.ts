import type { Id } from '@bruecke/model';
import type { Tx } from '../../../db/withTenant.ts';
import type { Card } from './cardState.ts';

/** What the connector has to do for this Mandant and does just now; probes are shown apart. */
export async function readWork(
  tx: Tx,
  mandantId: Id,
  probeKey: string,
): Promise<{ work: Card['work']; testing: boolean }> {
  const rows = await tx
    .selectFrom('connector_orders')
    .select(['kind', 'order', 'key', 'state', 'rows'])
    .where('mandant_id', '=', mandantId)
    .where('state', 'in', ['waiting', 'handedOut'])
    .orderBy('no')
    .execute();
  const reading = rows.filter((row) => row.key !== probeKey);
  return {
    testing: reading.length < rows.length,
    work: {
      open: reading.length,
      current: reading
        .filter((row) => row.state === 'handedOut')
        .map(({ kind, order, rows: count }) => ({
          kind,
          fiscalYearId: 'fiscalYearId' in order ? order.fiscalYearId : null,
          from: 'from' in order ? order.from : null,
          to: 'to' in order ? order.to : null,
          rows: count,
          expectedRows: 'expectedRows' in order ? order.expectedRows : null,
        })),
    },
  };
}
