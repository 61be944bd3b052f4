import { EventEmitter } from 'node:events';
import { api, type Endpoint } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '../context.ts';
import { createTestDatabase, type TestDatabase } from '../db/testDatabase.ts';
import { cutEngagement } from '../modules/engagements/cutEngagement.ts';
import { endSession } from '../modules/people/endSession.ts';
import { type TestFirms, testFirms } from '../testFirms.ts';
import { createTestServices, ctxOf, day, type TestPerson, type TestServices } from '../testServices.ts';
import { createLiveHub, type LiveHub } from './live.ts';

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let hub: LiveHub;
let firm: Awaited<ReturnType<TestFirms['firm']>>;
let boss: TestPerson;
let mandantId: Id;
let firmsMade = 0;
const mandantName = 'Bäckerei Korn';
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());
beforeEach(async () => {
  hub = createLiveHub({ now: services.now });
  firmsMade += 1;
  firm = await make.firm('Kanzlei Nord', { consultantNumber: 20_000 + firmsMade });
  ({ id: mandantId } = await make.mandant(mandantName, { firmId: firm.id }));
  boss = await make.member(mandantId, 'Clara Korn');
});

/** The cut as its own process hears of it: committed, then told. */
async function cut(): Promise<void> {
  await cutEngagement(ctxOf(services, boss), { mandantId, mandantName });
  await hub.accessChanged({ mandantId, userId: null });
}

/** After `n` transactions of this person have read, before what they read is handed on. */
function betweenReadingAndAnswer(person: TestPerson, n: number, happens: () => Promise<unknown>): Ctx {
  let count = 0;
  const withTenant: Ctx['withTenant'] = async (context, work, options) => {
    const result = await db.withTenant(context, work, options);
    count += 1;
    if (count === n) await happens();
    return result;
  };
  return { ...ctxOf(services, person), withTenant };
}

function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** The response of a stream, as far as the hub knows one. */
class FakeResponse extends EventEmitter {
  closed = false;
  destroyed = false;
  text = '';
  ended = false;
  writeHead(): void {}
  write(text: string): void {
    if (this.ended) throw new Error('written after the end');
    this.text += text;
  }
  end(): void {
    this.ended = true;
    this.close();
  }
  destroy(): void {
    this.destroyed = true;
    this.close();
  }
  close(): void {
    this.closed = true;
    this.emit('close');
  }
}

function open(ctx: Ctx, endpoint: Endpoint, params: { mandantId: Id } | { firmId: Id }) {
  const raw = new FakeResponse();
  // The hub uses of request and reply only what stands here.
  const request = { params, query: {} } as unknown as FastifyRequest;
  const reply = { raw, hijack: () => undefined, getHeaders: () => ({}) } as unknown as FastifyReply;
  return { raw, opened: hub.open(request, reply, endpoint, ctx) };
}
const { liveOfMandant, liveOfFirm } = api.instance;
const told = (raw: FakeResponse) => raw.text.split('\n').filter((line) => line.startsWith('data: {"'));

describe('a stream that opens while a cut commits', () => {
  it('of the Mandant is refused, and is never told anything', async () => {
    const ctx = betweenReadingAndAnswer(firm.admin, 1, cut);
    const { raw, opened } = open(ctx, liveOfMandant, { mandantId });
    await expect(opened).rejects.toMatchObject({ code: 'not_found' });
    hub.tell({ mandantId, kinds: ['voucher.received'] });
    expect([raw.text, hub.count()]).toEqual(['', 0]);
  });

  it('of the firm opens without the Mandant', async () => {
    const other = await make.mandant('Gärtnerei Lau', { firmId: firm.id });
    const ctx = betweenReadingAndAnswer(firm.admin, 1, cut);
    const { raw, opened } = open(ctx, liveOfFirm, { firmId: firm.id });
    await opened;
    for (const id of [mandantId, other.id]) hub.tell({ mandantId: id, kinds: ['voucher.received'] });
    expect(told(raw)).toEqual([`data: {"mandantId":"${other.id}","topics":["vouchers","history"]}`]);
    hub.close();
    expect(raw.ended).toBe(true);
  });

  it('says nothing before it is open, and opens for the Mandant’s own people', async () => {
    const tell = async () => hub.tell({ mandantId, kinds: ['voucher.received'] });
    const ctx = betweenReadingAndAnswer(boss, 1, async () => cut().then(tell));
    const { raw, opened } = open(ctx, liveOfMandant, { mandantId });
    await opened;
    expect(told(raw)).toEqual([]);
    await tell();
    expect(told(raw)).toHaveLength(1);
    hub.close();
  });
});

it('lets no older answer overtake a newer one', async () => {
  const [read, released] = [gate(), gate()];
  // The second question, the first after the opening, is answered last.
  const ctx = betweenReadingAndAnswer(firm.admin, 2, () => {
    read.open();
    return released.passed;
  });
  const { raw, opened } = open(ctx, liveOfFirm, { firmId: firm.id });
  await opened;
  const older = hub.accessChanged({ mandantId, userId: null });
  await read.passed;
  await cut();
  released.open();
  await older;
  hub.tell({ mandantId, kinds: ['voucher.received'] });
  expect(told(raw)).toEqual([]);
  hub.close();
});

it.each([
  ['its session ends', (ctx: Ctx) => hub.sessionEnded(ctx.caller.session?.id ?? ''), 'not_signed_in'],
  ['the process stops', () => hub.close(), 'not_signed_in'],
])('does not open when %s meanwhile', async (_, happens, code) => {
  const ctx: Ctx = betweenReadingAndAnswer(boss, 1, async () => happens(ctx));
  const { raw, opened } = open(ctx, liveOfMandant, { mandantId });
  await expect(opened).rejects.toMatchObject({ code });
  expect([raw.text, hub.count()]).toEqual(['', 0]);
});

it('is forgotten when whoever asked for it has hung up meanwhile', async () => {
  const ctx = betweenReadingAndAnswer(boss, 1, async () => raw.close());
  const { raw, opened } = open(ctx, liveOfMandant, { mandantId });
  await expect(opened).rejects.toMatchObject({ code: 'not_signed_in' });
  expect([raw.text, hub.count()]).toEqual(['', 0]);
});

describe('a file made in memory that a slow reader has not taken yet', () => {
  async function hold(ctx: Ctx) {
    const raw = new FakeResponse();
    const request = { params: { mandantId }, query: {} } as unknown as FastifyRequest;
    const bytes = Buffer.from('geheim');
    const file = { bytes, mediaType: 'text/csv', size: bytes.length, name: 'Journal.csv', inline: false };
    await hub.holdFile(request, { raw } as unknown as FastifyReply, ctx, file);
    return raw;
  }

  it('breaks off with the right, and for nobody who keeps theirs; no event is told in it', async () => {
    const [former, own] = [await hold(ctxOf(services, firm.admin)), await hold(ctxOf(services, boss))];
    await cut();
    hub.tell({ mandantId, kinds: ['voucher.received'] });
    expect([former.destroyed, own.destroyed, own.text]).toEqual([true, false, '']);
    own.close();
    expect(hub.count()).toBe(0);
  });

  // Told of the end before the hub knew of the file, which was still being made.
  it('is not begun when its session has ended while it was made', async () => {
    const sessionId = services.newId();
    await db.sql(
      `insert into sessions (id, user_id, token_hash, csrf_token, state, created_at, seen_at, expires_at)
       values ($1, $2, 'hash', 'csrf', 'signedIn', $3, $3, $4)`,
      [sessionId, boss.id, services.now(), new Date(services.now().getTime() + day)],
    );
    const ctx = ctxOf(services, boss, { sessionId });
    await endSession(ctx, { sessionId });
    await expect(hold(ctx)).rejects.toMatchObject({ code: 'not_signed_in' });
    expect(hub.count()).toBe(0);
  });

  it('breaks off with its session', async () => {
    const ctx = ctxOf(services, boss);
    const raw = await hold(ctx);
    hub.sessionEnded(ctx.caller.session?.id ?? '');
    expect([raw.destroyed, hub.count()]).toEqual([true, 0]);
  });
});
