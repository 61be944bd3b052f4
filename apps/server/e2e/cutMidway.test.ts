import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { Id } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from '../src/blobs/store.ts';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import type { Tenancy } from '../src/db/withTenant.ts';
import { layLedger } from '../src/modules/accounting/testLedger.ts';
import { cutEngagement } from '../src/modules/engagements/cutEngagement.ts';
import { createApiKey } from '../src/modules/people/createApiKey.ts';
import { revokeApiKey } from '../src/modules/people/revokeApiKey.ts';
import { handInBytes, pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import { type TestFirms, testFirms } from '../src/testFirms.ts';
import { createMemoryBlobs, ctxOf } from '../src/testServices.ts';
import { type SignedIn, startTestServer, type TestServer } from './testServer.ts';

// Trennen while the firm is in the middle of something, or the end of a key: what was begun gives nothing more.

let db: TestDatabase;
let server: TestServer;
let make: TestFirms;
beforeAll(async () => {
  db = await createTestDatabase();
  server = await startTestServer({ ...db, withTenant }, { seed: 71, datasets: [], blobs });
  make = testFirms(db, server.services);
});
afterAll(async () => {
  await server.stop();
  await db.close();
});

/** Happens once, between what the next transaction of this person read and the use made of it. */
let afterReading: { userId: Id; happens: () => Promise<unknown> } | null = null;
const withTenant: Tenancy['withTenant'] = async (context, work, options) => {
  const result = await db.withTenant(context, work, options);
  if (context.as === 'user' && context.userId === afterReading?.userId) {
    const { happens } = afterReading;
    afterReading = null;
    await happens();
  }
  return result;
};

/** More than the buffers on the way take in. */
const size = 32 * 1024 * 1024;
/** The streams that were opened of the store, in their order. Each has as many bytes as it is asked for, up to `size`. */
let opened: Readable[] = [];
const blobs: BlobStore = {
  ...createMemoryBlobs(),
  open: async () => {
    let left = size;
    const stream = new Readable({
      read: (most) => {
        const length = Math.min(most, left);
        left -= length;
        stream.push(length > 0 ? Buffer.alloc(length, 'x') : null);
      },
    });
    opened.push(stream);
    return { stream, size };
  },
};

const mandantName = 'Bäckerei Korn';
let firmsMade = 0;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let mandant: Awaited<ReturnType<TestFirms['mandant']>>;
let kanzlei: SignedIn;
let boss: SignedIn;
beforeEach(async () => {
  opened = [];
  firmsMade += 1;
  firm = await make.firm('Kanzlei Nord', { consultantNumber: 30_000 + firmsMade });
  mandant = await make.mandant(mandantName, { firmId: firm.id });
  kanzlei = await server.signIn(firm.admin);
  boss = await server.signIn(await make.member(mandant.id, 'Clara Korn'));
});

const cut = () => cutEngagement(ctxOf(server.services, boss), { mandantId: mandant.id, mandantName });

/** Begins to read a file, and reads the rest when asked to. */
async function download(path: string, headers: Record<string, string>): Promise<{ rest(): Promise<number> }> {
  const response = await fetch(`${server.url}/api/v1${path}`, { headers });
  if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
  const reader = response.body.getReader();
  const first = await reader.read();
  return {
    rest: async () => {
      let length = first.value?.length ?? 0;
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) length += piece.value.length;
      return length;
    },
  };
}

async function contentPath(): Promise<string> {
  const { answer } = await handInBytes(ctxOf(server.services, boss), mandant.id, pdfOf('Rechnung'));
  return `/mandanten/${mandant.id}/vouchers/${answer.voucher.id}/content`;
}

describe('a file of the Mandant', () => {
  it('is not given out when the cut came while an export was written', async () => {
    const ledger = await layLedger(db, server.services, make, { firm, mandant });
    const year = ledger.books.addYear('2026-01-01', '2026-12-31');
    ledger.books.book(year, { date: '2026-01-05', account: 100_010_000, contra: 84_000_000, cents: 5, text: 'geheim' });
    await ledger.run();
    const request = { method: 'GET', path: `/mandanten/${mandant.id}/figures/years/1/postings/file?format=csv` };
    expect((await server.ask(kanzlei, request)).text).toContain('geheim');
    afterReading = { userId: kanzlei.id, happens: cut };
    const answer = await server.ask(kanzlei, request);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([404, 'not_found']);
    expect((await server.ask(boss, request)).text).toContain('geheim');
    expect(server.live.count()).toBe(0);
  });

  it('is closed unread when the cut came after it was found', async () => {
    const path = await contentPath();
    afterReading = { userId: kanzlei.id, happens: cut };
    const answer = await server.ask(kanzlei, { method: 'GET', path });
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([404, 'not_found']);
    expect(opened.map((stream) => [stream.destroyed, stream.readableDidRead])).toEqual([[true, false]]);
  });

  it('breaks off when the key is revoked while a slow reader is at it, and for no other key', async () => {
    const path = await contentPath();
    const ctx = ctxOf(server.services, boss);
    const newKey = async () =>
      (await createApiKey(ctx, { name: 'Skript', mandantId: mandant.id, rights: ['read'] })).answer;
    const [lost, kept] = [await newKey(), await newKey()];
    const broken = await download(path, { authorization: `Bearer ${lost.key}` });
    const whole = await download(path, { authorization: `Bearer ${kept.key}` });
    const closed = once(opened[0] as Readable, 'close');
    await revokeApiKey(ctx, { apiKeyId: lost.apiKey.id });
    await closed;
    await expect(broken.rest()).rejects.toThrow();
    expect(await whole.rest()).toBe(size);
  }, 20_000);

  it('breaks off when the cut comes while a slow reader is at it, and for nobody else', async () => {
    const path = await contentPath();
    const former = await download(path, { cookie: kanzlei.cookie });
    const own = await download(path, { cookie: boss.cookie });
    const [formers, owns] = opened;
    if (!formers || !owns) throw new Error('nothing was opened');
    const closed = once(formers, 'close').then(() => performance.now());
    await cut();
    const done = performance.now();
    expect((await closed) - done).toBeLessThan(1000);
    await expect(former.rest()).rejects.toThrow();
    expect([formers.readableEnded, owns.destroyed]).toEqual([false, false]);
    expect(await own.rest()).toBe(size);
  }, 20_000);

  it('answers with an error, and no more, when the store fails while the right is asked for', async () => {
    const path = await contentPath();
    let count = 0;
    const failing = async () => {
      count += 1;
      opened.at(-1)?.destroy(new Error('the store is gone'));
    };
    // The first transaction finds the voucher, the second asks once more.
    afterReading = {
      userId: kanzlei.id,
      happens: async () => {
        afterReading = { userId: kanzlei.id, happens: failing };
      },
    };
    expect(await server.ask(kanzlei, { method: 'GET', path })).toMatchObject({ status: 500 });
    expect(count).toBe(1);
  });
});
