import type { PollAnswer } from '@bruecke/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { sealPending } from '../src/history/index.ts';
import { watchConnectors } from '../src/modules/connectors/jobs.ts';
import { layBinding } from '../src/modules/connectors/testLink.ts';
import { testFirms } from '../src/testFirms.ts';
import { minute } from '../src/testServices.ts';
import { createTestConnector, readConnectionFile } from './testConnector.ts';
import { type SignedIn, startTestServer, type TestServer } from './testServer.ts';

// Two web processes on one database; polls wait as long as they really do.
let db: TestDatabase;
let server: TestServer;
let other: TestServer;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  server = await startTestServer(db, { seed: 93, datasets: [] });
  other = await startTestServer(db, { seed: 94, datasets: [], second: true });
  make = testFirms(db, server.services);
});
afterAll(async () => {
  await Promise.all([server.stop(), other.stop()]);
  await db.close();
});

const guid = '7f2c1d1e-0000-4000-8000-0000000000aa';

/** The events of a stream, as they come. */
async function* listen(who: SignedIn, path: string): AsyncGenerator<{ topics: string[]; ago?: number }> {
  const response = await fetch(`${server.url}/api/v1${path}`, { headers: { cookie: who.cookie } });
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    text += decoder.decode(piece.value, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      if (event.startsWith('event: open')) yield { topics: ['open'] };
      // Written by http/live.ts in this form.
      else if (event.startsWith('data: '))
        yield JSON.parse(event.slice('data: '.length)) as { topics: string[]; ago?: number };
    }
  }
}

async function next(events: AsyncGenerator<{ topics: string[] }>, topic: string): Promise<void> {
  for await (const event of { [Symbol.asyncIterator]: () => ({ next: () => events.next() }) })
    if (event.topics.includes(topic)) return;
  throw new Error(`the stream ended without ${topic}`);
}

it('a waiting poll ends with what comes for it at another process, and open pages change by themselves', async () => {
  const firm = await make.firm('Kanzlei Nord');
  const admin = await server.signIn(firm.admin);
  const { id: mandantId, engagementId } = await make.mandant('Muster GmbH', { firmId: firm.id });
  const boss = await server.signIn(await make.member(mandantId, 'Mona Admin'));
  const page = listen(admin, `/firms/${firm.id}/live`);
  // The Mandant's own people see how far the firm has got, before anything is bound to them.
  const card = listen(boss, `/mandanten/${mandantId}/live`);
  const both = (topic: string) => Promise.all([next(page, topic), next(card, topic)]);
  await both('open');
  const seal = async () => {
    const { services } = server;
    while ((await sealPending({ tenancy: services, key: services.signingKey, now: services.now })) > 0);
  };

  const file = await server.ask(admin, { method: 'POST', path: `/firms/${firm.id}/connectors/files` });
  const connector = createTestConnector(server.url, { seed: 5 });
  await connector.pair(readConnectionFile(file.text).code);
  await seal();
  await both('connectors');

  const waiting = connector.poll({ released: [guid] });
  // What is asked for at the other process wakes this one.
  const { connectorId, fingerprint } = connector.state;
  await both('connectors');
  await other.ask(admin, {
    method: 'POST',
    path: `/firms/${firm.id}/connectors/${connectorId}/confirm`,
    body: { fingerprint },
  });
  const { state, orders } = (await waiting).json as PollAnswer;
  expect(state).toBe('confirmed');
  expect(orders.map((one) => one.order.kind).sort()).toEqual(['listClients', 'probe']);

  await layBinding(db, server.services, { mandantId, engagementId: engagementId ?? '', connectorId, guid });
  server.services.clock.forward(4 * minute);
  await watchConnectors(server.services);
  await both('connectors');
  await Promise.all([page.return(undefined), card.return(undefined)]);
});

it('a Mandant hears of the connectors of its own firm alone, and no more after the end', async () => {
  const [firm, foreign] = [await make.firm('Kanzlei West'), await make.firm('Kanzlei Ost')];
  const [admin, stranger] = [await server.signIn(firm.admin), await server.signIn(foreign.admin)];
  const { id: mandantId } = await make.mandant('Muster GmbH', { firmId: firm.id });
  const boss = await server.signIn(await make.member(mandantId, 'Mona Admin'));
  const card = listen(boss, `/mandanten/${mandantId}/live`);
  const pages = [listen(admin, `/firms/${firm.id}/live`), listen(stranger, `/firms/${foreign.id}/live`)] as const;
  await Promise.all([card, ...pages].map((one) => next(one, 'open')));
  const seal = async () => {
    const { services } = server;
    while ((await sealPending({ tenancy: services, key: services.signingKey, now: services.now })) > 0);
  };
  const createFile = async (who: SignedIn, firmId: string, page: AsyncGenerator<{ topics: string[] }>) => {
    await server.ask(who, { method: 'POST', path: `/firms/${firmId}/connectors/files` });
    await seal();
    await next(page, 'connectors');
  };
  /** What the Mandant's page heard up to a change of its own. */
  const heard = async (name: string) => {
    await server.ask(boss, { method: 'PATCH', path: `/mandanten/${mandantId}`, body: { name } });
    await seal();
    const topics: string[] = [];
    while (!topics.includes('mandant')) topics.push(...((await card.next()).value?.topics ?? ['mandant']));
    return topics;
  };
  await createFile(stranger, foreign.id, pages[1]);
  expect(await heard('Muster 1')).not.toContain('connectors');
  await createFile(admin, firm.id, pages[0]);
  expect(await heard('Muster 2')).toContain('connectors');
  await db.sql("update engagements set ended_at = now(), ended_side = 'mandant' where mandant_id = $1", [mandantId]);
  await createFile(admin, firm.id, pages[0]);
  expect(await heard('Muster 3')).not.toContain('connectors');
  await Promise.all([card, ...pages].map((one) => one.return(undefined)));
});

it('a poll that is waiting when its connector is revoked ends with that', async () => {
  const firm = await make.firm('Kanzlei Süd');
  const admin = await server.signIn(firm.admin);
  const file = await server.ask(admin, { method: 'POST', path: `/firms/${firm.id}/connectors/files` });
  const connector = createTestConnector(server.url, { seed: 6 });
  await connector.pair(readConnectionFile(file.text).code);
  const page = listen(admin, `/firms/${firm.id}/live`);
  await next(page, 'open');
  const waiting = connector.poll({ released: [guid] });
  await next(page, 'connectors');
  await other.ask(admin, {
    method: 'POST',
    path: `/firms/${firm.id}/connectors/${connector.state.connectorId}/revoke`,
  });
  expect(await waiting).toMatchObject({ status: 401, code: 'connector_revoked' });
  await page.return(undefined);
});

it('tells a page that asks what it missed before it listened, each topic once, and nothing of others', async () => {
  const firm = await make.firm('Kanzlei West');
  const admin = await server.signIn(firm.admin);
  const mine = await make.mandant('Muster GmbH', { firmId: firm.id });
  const foreign = await make.mandant('Fremd GmbH', { firmId: (await make.firm('Kanzlei Ost')).id });
  const { clock } = server.services;
  server.live.tell({ mandantId: mine.id, topics: ['vouchers'] });
  clock.forward(40_000);
  server.live.tell({ mandantId: mine.id, topics: ['figures'] });
  clock.forward(3000);
  server.live.tell({ mandantId: mine.id, topics: ['figures', 'connections'] });
  server.live.tell({ mandantId: foreign.id, topics: ['members'] });
  clock.forward(2000);
  const told = async (path: string) => {
    const heard: unknown[] = [];
    const events = listen(admin, path);
    expect((await events.next()).value?.topics).toEqual(['open']);
    server.live.tell({ mandantId: mine.id, topics: ['history'] });
    for (let event = await events.next(); !event.done; event = await events.next()) {
      if (event.value.topics[0] === 'history' && event.value.ago === undefined) break;
      heard.push(event.value);
    }
    await events.return(undefined);
    return heard;
  };
  expect(await told(`/firms/${firm.id}/live`)).toEqual([]);
  expect(await told(`/firms/${firm.id}/live?missed=5000`)).toEqual([
    { mandantId: mine.id, topics: ['history'], ago: 0 },
    { mandantId: mine.id, topics: ['figures', 'connections'], ago: 2000 },
  ]);
  expect(await told(`/mandanten/${mine.id}/live?missed=60000`)).toContainEqual({
    mandantId: mine.id,
    topics: ['vouchers'],
    ago: 45_000,
  });
});
