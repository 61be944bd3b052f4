import type { Id } from '@bruecke/model';
import type { TestDatabase } from '../../db/testDatabase.ts';
import type { TestFirms } from '../../testFirms.ts';
import type { TestServices } from '../../testServices.ts';
import { layBinding, layConnector } from '../connectors/testLink.ts';
import { syncFigures } from './sync/syncFigures.ts';
import { createTestBooks, type TestBooks } from './testBooks.ts';
import { runTestConnector, type TestConnectorOptions } from './testConnector.ts';

/** A Mandant under a firm, bound to a client at DATEV with empty books, and the connector between them. */
export async function layLedger(
  db: TestDatabase,
  services: TestServices,
  make: TestFirms,
  given: {
    books?: TestBooks;
    firm?: { id: Id; admin: { id: Id } };
    mandant?: { id: Id; engagementId: Id | null };
    accountSystem?: number | null;
  } = {},
) {
  const firm = given.firm ?? (await make.firm('Kanzlei Nord'));
  const mandant = given.mandant ?? (await make.mandant('Muster GmbH', { firmId: firm.id }));
  const guid = `7f2c1d1e-0000-4000-8000-${services.newId().slice(-12)}`;
  const { accountSystem } = given;
  const books = given.books ?? createTestBooks(guid, accountSystem === undefined ? {} : { accountSystem });
  const connectorId = await layConnector(db, services, firm.id, {
    confirmedBy: firm.admin.id,
    released: [books.clientGuid],
  });
  const connectionId = await layBinding(db, services, {
    mandantId: mandant.id,
    engagementId: mandant.engagementId ?? '',
    connectorId,
    guid: books.clientGuid,
  });
  const connect = (options: Partial<TestConnectorOptions> = {}) =>
    runTestConnector(services, { firmId: firm.id, connectorId, books: [books], ...options });
  const sync = () => syncFigures(services, { mandantId: mandant.id });
  return {
    firm,
    mandantId: mandant.id,
    connectionId,
    books,
    connect,
    sync,
    /** A run from its decision to its end; answers what DATEV was asked. */
    run: async (options: Partial<TestConnectorOptions> = {}): Promise<string[]> => {
      await sync();
      return (await connect(options))
        .filter(({ order }) => order.kind !== 'probe')
        .map(({ order }) => {
          if ('from' in order) return `${order.kind} ${order.from}`;
          return 'fiscalYearId' in order ? `${order.kind} ${order.fiscalYearId}` : order.kind;
        });
    },
  };
}
export type TestLedger = Awaited<ReturnType<typeof layLedger>>;
