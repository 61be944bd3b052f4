import type { Problem } from '@bruecke/contract';
import { describe, expect, it } from 'vitest';
import { NoAnswer, Refusal } from '../api/problem.ts';
import {
  createQueue,
  type HandInAnswer,
  type Known,
  mostUrgentFirst,
  type Ports,
  totalsOf,
  type Upload,
} from './queue.ts';

type Fake = Ports & { sent: { id: string; name: string }[]; most: () => number };

/** A server in memory: remembers hashes, can lose answers, counts what travels at once. */
function fakePorts(
  behaviour: {
    lose?: (attempt: number) => 'before' | 'after' | null;
    refuse?: string;
    /** Code of the server's refusal. */
    refuseWith?: (attempt: number) => string | null;
  } = {},
): Fake {
  const stored = new Map<string, Known>();
  const byUpload = new Map<string, string>();
  const sent: { id: string; name: string }[] = [];
  let ids = 0;
  let attempts = 0;
  let travelling = 0;
  let most = 0;
  return {
    sent,
    most: () => most,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    hash: async (file) => `hash:${await file.text()}`,
    findKnown: async (_, sha256) => stored.get(sha256) ?? null,
    pause: async () => {},
    async send({ item, sha256, onProgress }: Upload): Promise<HandInAnswer> {
      travelling += 1;
      most = Math.max(most, travelling);
      attempts += 1;
      const loss = behaviour.lose?.(attempts) ?? null;
      await Promise.resolve();
      onProgress(0.5);
      travelling -= 1;
      const code = behaviour.refuseWith?.(attempts) ?? null;
      // Only the code counts here; the rest of a problem is for people.
      if (code) throw new Refusal({ code } as Problem);
      if (item.name === behaviour.refuse) throw new Error('refused');
      if (loss === 'before') throw new NoAnswer('offline', null);
      const repeated = byUpload.has(item.key);
      if (!repeated) {
        byUpload.set(item.key, item.name);
        stored.set(sha256, { id: item.key, name: item.name, receivedAt: '2026-11-24T08:00:00Z' });
        sent.push({ id: item.key, name: item.name });
      }
      if (loss === 'after') throw new NoAnswer('offline', null);
      return { voucher: voucherRow(item.key, item.name), duplicates: [], repeated };
    },
  };
}

function voucherRow(id: string, name: string): HandInAnswer['voucher'] {
  return {
    id,
    name,
    receivedAt: '2026-11-24T08:00:00Z',
    status: 'received',
    settled: false,
    mediaType: 'application/pdf',
    size: 3,
    documentType: null,
    fields: { number: null, date: null, grossCents: null, currency: null, partner: null },
    remarks: [],
    cause: null,
  };
}

const options = { mandantId: 'm', documentType: null, maxBytes: 100 };
const file = (name: string, content = name) => ({ name, file: new Blob([content]) });
const idle = (queue: ReturnType<typeof createQueue>) =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (totalsOf(queue.snapshot().items).open === 0 && !queue.snapshot().offline) resolve();
    };
    queue.subscribe(look);
    look();
  });

describe('hand-in queue', () => {
  it('sends 500 files, never more than four at once', async () => {
    const ports = fakePorts();
    const queue = createQueue(ports);
    queue.add(
      Array.from({ length: 500 }, (_, n) => file(`rechnung-${n}.pdf`)),
      options,
    );
    await idle(queue);
    expect(ports.sent).toHaveLength(500);
    expect(ports.most()).toBe(4);
    expect(totalsOf(queue.snapshot().items)).toMatchObject({ count: 500, done: 500, failed: 0, share: 1 });
  });

  it('repeats after a lost connection with the same upload id: nothing lost, nothing twice', async () => {
    // Every third call breaks before the server saw it, every fifth after it stored the voucher.
    const ports = fakePorts({ lose: (n) => (n % 5 === 0 ? 'after' : n % 3 === 0 ? 'before' : null) });
    const queue = createQueue(ports);
    queue.add(
      Array.from({ length: 40 }, (_, n) => file(`f${n}`)),
      options,
    );
    await idle(queue);
    const names = ports.sent.map((each) => each.name);
    expect(new Set(names).size).toBe(40);
    expect(names).toHaveLength(40);
    expect(queue.snapshot().items.every((item) => item.state.at === 'done')).toBe(true);
  });

  it('waits for a server that is away and goes on by itself; what broke off on the way goes again', async () => {
    const passing = ['unavailable', 'unavailable', 'upload_incomplete'];
    const ports = fakePorts({ refuseWith: (n) => passing[n - 1] ?? null });
    const queue = createQueue(ports);
    const wasOffline: boolean[] = [];
    queue.subscribe(() => wasOffline.push(queue.snapshot().offline));
    queue.add([file('a.pdf')], options);
    await idle(queue);
    expect(queue.snapshot().items.map((item) => item.state.at)).toEqual(['done']);
    expect(ports.sent.map((each) => each.name)).toEqual(['a.pdf']);
    expect(wasOffline).toContain(true);
  });

  it('parks duplicates until a person decides', async () => {
    const ports = fakePorts();
    const queue = createQueue(ports);
    queue.add([file('a.pdf', 'same')], options);
    await idle(queue);
    queue.add([file('b.pdf', 'same')], options);
    await idle(queue);
    const parked = queue.snapshot().items[1];
    expect(parked?.state).toMatchObject({ at: 'duplicate', known: { name: 'a.pdf' } });
    queue.sendAnyway(parked?.key ?? '');
    await idle(queue);
    expect(ports.sent.map((each) => each.name)).toEqual(['a.pdf', 'b.pdf']);
  });

  it('hands in what waited for its twin when the server refuses that one', async () => {
    const ports = fakePorts({ refuse: 'a.pdf' });
    const queue = createQueue(ports);
    queue.add([file('a.pdf', 'same'), file('b.pdf', 'same')], options);
    await idle(queue);
    expect(queue.snapshot().items.map((item) => item.state.at)).toEqual(['failed', 'done']);
    expect(ports.sent.map((each) => each.name)).toEqual(['b.pdf']);
  });

  it('puts first what needs a person, knows what was looked at, and tries all that failed once more', async () => {
    const behaviour: { refuse?: string } = { refuse: 'c.zip' };
    const queue = createQueue(fakePorts(behaviour));
    queue.add([file('a.pdf', 'same')], options);
    await idle(queue);
    queue.add([file('b.pdf', 'same'), file('c.zip')], options);
    await idle(queue);
    const names = () => mostUrgentFirst(queue.snapshot().items).map(({ name }) => name);
    expect(names()).toEqual(['c.zip', 'b.pdf', 'a.pdf']);
    queue.markSeen();
    expect(queue.snapshot().items.map(({ isSeen }) => isSeen)).toEqual([true, true, true]);
    queue.retryFailed();
    await idle(queue);
    expect(queue.snapshot().items.map(({ isSeen }) => isSeen)).toEqual([true, true, false]);
    delete behaviour.refuse;
    queue.retryFailed();
    await idle(queue);
    expect(names()).toEqual(['b.pdf', 'a.pdf', 'c.zip']);
  });

  it('names what is empty or too large without sending it', async () => {
    const ports = fakePorts();
    const queue = createQueue(ports);
    queue.add([file('leer.pdf', ''), file('groß.pdf', 'x'.repeat(101))], options);
    await idle(queue);
    expect(queue.snapshot().items.map((item) => item.state.at)).toEqual(['empty', 'tooLarge']);
    expect(ports.sent).toEqual([]);
  });

  it('shows a refusal at its file, goes on with the others, and tries again when asked', async () => {
    const behaviour: { refuse?: string } = { refuse: 'a.zip' };
    const ports = fakePorts(behaviour);
    const queue = createQueue(ports);
    queue.add([file('a.zip'), file('b.pdf')], options);
    await idle(queue);
    expect(queue.snapshot().items.map((item) => item.state.at)).toEqual(['failed', 'done']);
    delete behaviour.refuse;
    queue.retry(queue.snapshot().items[0]?.key ?? '');
    await idle(queue);
    expect(queue.snapshot().items.map((item) => item.state.at)).toEqual(['done', 'done']);
    queue.clear();
    expect(queue.snapshot().items).toEqual([]);
  });
});
