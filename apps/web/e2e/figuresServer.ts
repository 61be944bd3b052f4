import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Id } from '@bruecke/model';
import type { Browser } from 'playwright-core';
import { freePort } from '../../server/demo/freePort.ts';
import { type SignedIn, startTestServer, type TestServer } from '../../server/e2e/testServer.ts';
import { createTestDatabase, type TestDatabase } from '../../server/src/db/testDatabase.ts';
import { layLedger, type TestLedger } from '../../server/src/modules/accounting/testLedger.ts';
import { testFirms } from '../../server/src/testFirms.ts';
import { bookYears, captions, partners } from './figuresBooks.ts';
import { pdf } from './steps.ts';
import { type Look, type Visitor, visit } from './visitor.ts';

export type FiguresServer = {
  readonly server: TestServer;
  readonly db: TestDatabase;
  readonly ledger: TestLedger;
  readonly mandantId: Id;
  /** Handed in, at DATEV, and booked there: the newest invoice of the supplier. */
  readonly voucherId: Id;
  /** Of the Mandant, with all rights. */
  readonly member: SignedIn;
  /** One more run, and what it brings has its captions. */
  sync(): Promise<void>;
  stop(): Promise<void>;
};

const webFolder = fileURLToPath(new URL('../dist', import.meta.url));
const documentGuid = 'cb6a3c55-4ce7-4cc9-9af7-0242ac120002';

/** The real server and the built pages, with books that came home through the hub's own verbs. `read`: whether they have been read yet. */
export async function startFiguresServer(given: { read?: boolean } = {}): Promise<FiguresServer> {
  const db = await createTestDatabase();
  const server = await startTestServer(db, {
    seed: 41,
    datasets: [],
    web: { folder: webFolder, port: await freePort() },
  });
  const { services } = server;
  const make = testFirms(db, services);
  const firm = await make.firm('Steuerkanzlei Lang & Partner');
  const mandant = await make.mandant('Bäckerei Anton Huber GmbH', { firmId: firm.id });
  const ledger = await layLedger(db, services, make, { firm, mandant });
  const { mandantId } = ledger;
  bookYears(ledger.books, { link: `BEDI "${documentGuid.toUpperCase()}"` });
  for (const [account, name] of partners) ledger.books.partners.set(account, name);
  const member = await server.signIn(await make.member(mandantId, 'Clara Huber'));
  const voucherId = await layVoucher(db, server, member, mandantId);
  const sync = async () => {
    await ledger.run();
    for (const [account, caption] of [...captions, ...partners])
      await db.sql('update account_balances set caption = $3 where mandant_id = $1 and account = $2', [
        mandantId,
        account,
        caption,
      ]);
  };
  if (given.read ?? true) await sync();
  const stop = async () => {
    await server.stop();
    await db.close();
  };
  return { server, db, ledger, mandantId, voucherId, member, sync, stop };
}

/** A browser that holds the session of a person: the Mandant's unless another is named. */
export async function visitFigures(
  browser: Browser,
  of: FiguresServer,
  look: Look & { who?: SignedIn } = {},
): Promise<Visitor> {
  const { publicUrl } = of.server.services.settings;
  const visitor = await visit(browser, publicUrl, look);
  const [name = '', value = ''] = (look.who ?? of.member).cookie.split('=');
  await visitor.context.addCookies([{ name, value, url: publicUrl }]);
  return visitor;
}

/** Handed in as people do; that it went to DATEV is laid out, as this is about what comes back. */
async function layVoucher(db: TestDatabase, server: TestServer, member: SignedIn, mandantId: Id): Promise<Id> {
  const query = new URLSearchParams({ name: 'Rechnung Mühle Weber 4711.pdf', uploadId: randomUUID() });
  const answer = await server.ask(member, {
    method: 'POST',
    path: `/mandanten/${mandantId}/vouchers?${query}`,
    bytes: pdf('Rechnung Muehle Weber 4711'),
  });
  // Shape of api.vouchers.handIn.
  const { voucher } = JSON.parse(answer.text) as { voucher: { id: Id } };
  const at = server.services.now();
  const connectionId = server.services.newId();
  await db.sql(
    `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, switched_on, switched_at, created_at)
     values ($1, $2, 'belegbilderservice', 1001, 12, '1001-12', 'Bäckerei Anton Huber GmbH', true, $3, $3)`,
    [mandantId, connectionId, at],
  );
  await db.sql(
    `insert into deliveries (mandant_id, id, voucher_id, connection_id, channel, consultant_number, mandant_number, run, guid,
       file_name_sent, phase, created_at, created_by, arrived_at, ended_at)
     values ($1, $2, $3, $4, 'belegbilderservice', 1001, 12, 1, $5, 'rechnung.pdf', 'arrived', $6, '{"type":"system"}', $6, $6)`,
    [mandantId, server.services.newId(), voucher.id, connectionId, documentGuid.toUpperCase(), at],
  );
  await db.sql("update vouchers set status = 'delivered' where mandant_id = $1 and id = $2", [mandantId, voucher.id]);
  return voucher.id;
}
