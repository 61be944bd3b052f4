import type { api } from '@bruecke/contract';
import type { VoucherRemark } from '@bruecke/model';
import type { Answer } from '../api/call.ts';
import { isRefusal, NoAnswer } from '../api/problem.ts';

/**
 * Hands files in one by one, a few at a time, and survives lost connections: a file keeps its upload id, so
 * sending it again after an unclear end makes no second voucher. Pure of the browser; tests pass their own ports.
 */

export type HandInAnswer = Answer<typeof api.vouchers.handIn>;
export type Known = { id: string; name: string; receivedAt: string };

export type ItemState =
  | { at: 'waiting' }
  | { at: 'checking' }
  | { at: 'sending'; share: number }
  /** The same bytes are there already; a person decides. */
  | { at: 'duplicate'; known: Known }
  | { at: 'done'; voucherId: string; remarks: readonly VoucherRemark[] }
  | { at: 'failed'; error: unknown }
  /** Not sent at all: above the limit that is known beforehand. */
  | { at: 'tooLarge' }
  | { at: 'empty' };

export type Item = {
  key: string;
  mandantId: string;
  name: string;
  size: number;
  documentType: string | null;
  state: ItemState;
  /** A person has had the list before them since it came to this state. */
  isSeen: boolean;
};

export type Snapshot = {
  items: readonly Item[];
  /** True while no connection can be had or the server is away; the queue tries again by itself. */
  offline: boolean;
};

export type Upload = {
  item: Item;
  file: Blob;
  sha256: string;
  onProgress: (share: number) => void;
};

export type Ports = {
  newId: () => string;
  /** Lower-case hex. */
  hash: (file: Blob) => Promise<string>;
  findKnown: (mandantId: string, sha256: string) => Promise<Known | null>;
  send: (upload: Upload) => Promise<HandInAnswer>;
  /** Resolves after so many milliseconds, or earlier when the connection comes back. */
  pause: (milliseconds: number) => Promise<void>;
};

export type FileIn = { file: Blob; name: string };
export type Options = { mandantId: string; documentType: string | null; maxBytes: number | null };

export type Queue = ReturnType<typeof createQueue>;

/** How many files travel at once: more does not fill the line better, and the server hashes while it reads. */
export const atOnce = 4;

const open = new Set<ItemState['at']>(['waiting', 'checking', 'sending']);
export const isOpen = (item: Item): boolean => open.has(item.state.at);

const isRefused = (item: Item): boolean => !isOpen(item) && item.state.at !== 'done' && item.state.at !== 'duplicate';

/** Whether it goes well by itself later: no connection, a server that is away, an upload that broke off on the way. */
const passes = (error: unknown): boolean =>
  (error instanceof NoAnswer && error.kind === 'offline') || isRefusal(error, 'unavailable', 'upload_incomplete');

export function createQueue(ports: Ports) {
  /** `twin`: key of the one in this list that a duplicate was found to be like. */
  const files = new Map<string, { file: Blob; sha256?: string; anyway: boolean; twin?: string }>();
  const listeners = new Set<() => void>();
  let snapshot: Snapshot = { items: [], offline: false };
  let running = 0;
  let losses = 0;

  const publish = (next: Snapshot) => {
    snapshot = next;
    for (const listener of listeners) listener();
  };
  const put = (key: string, state: ItemState) =>
    publish({
      ...snapshot,
      items: snapshot.items.map((item) => (item.key === key ? { ...item, state, isSeen: false } : item)),
    });

  const work = () => {
    while (running < atOnce) {
      const next = snapshot.items.find((item) => item.state.at === 'waiting');
      if (!next) return;
      running += 1;
      put(next.key, { at: 'checking' });
      void handle(next).finally(() => {
        running -= 1;
        work();
      });
    }
  };

  const handle = async (item: Item): Promise<void> => {
    try {
      await handOver(item);
      losses = 0;
      if (snapshot.offline) publish({ ...snapshot, offline: false });
    } catch (error) {
      if (!passes(error)) return fail(item.key, error);
      // Nothing is known about the end of it; the same upload id makes the repetition harmless.
      put(item.key, { at: 'waiting' });
      if (!snapshot.offline) publish({ ...snapshot, offline: true });
      await ports.pause(Math.min(30_000, 1000 * 2 ** losses));
      losses = Math.min(losses + 1, 5);
    }
  };

  /** What was set aside for being like it goes its own way: the other one is not there. */
  const fail = (key: string, error: unknown) => {
    const stateOf = (item: Item): ItemState => {
      if (item.key === key) return { at: 'failed', error };
      const waited = item.state.at === 'duplicate' && files.get(item.key)?.twin === key;
      return waited ? { at: 'waiting' } : item.state;
    };
    publish({ ...snapshot, items: snapshot.items.map((item) => ({ ...item, state: stateOf(item) })) });
  };

  const handOver = async (item: Item): Promise<void> => {
    const stored = files.get(item.key);
    if (!stored) return;
    stored.sha256 ??= await ports.hash(stored.file);
    if (!stored.anyway) {
      const known = await ports.findKnown(item.mandantId, stored.sha256);
      if (known) return put(item.key, { at: 'duplicate', known });
      const twin = twinOf(item, stored.sha256);
      if (twin) {
        stored.twin = twin.key;
        return put(item.key, { at: 'duplicate', known: { id: '', name: twin.name, receivedAt: '' } });
      }
    }
    // From here on the server may have it; a repetition must not meet itself as a duplicate.
    stored.anyway = true;
    put(item.key, { at: 'sending', share: 0 });
    const onProgress = (share: number) => put(item.key, { at: 'sending', share });
    const { voucher } = await ports.send({ item, file: stored.file, sha256: stored.sha256, onProgress });
    put(item.key, { at: 'done', voucherId: voucher.id, remarks: voucher.remarks });
    stored.file = new Blob();
  };

  /** The same file twice in one go: the first one counts. */
  const twinOf = (item: Item, sha256: string): Item | undefined =>
    snapshot.items.find(
      (other) =>
        other.key !== item.key &&
        other.mandantId === item.mandantId &&
        (other.state.at === 'sending' || other.state.at === 'done') &&
        files.get(other.key)?.sha256 === sha256,
    );

  return {
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: (): Snapshot => snapshot,
    add(incoming: readonly FileIn[], { mandantId, documentType, maxBytes }: Options): void {
      const items = incoming.map(({ file, name }): Item => {
        const key = ports.newId();
        const tooLarge = maxBytes !== null && file.size > maxBytes;
        files.set(key, { file, anyway: false });
        const state: ItemState = tooLarge ? { at: 'tooLarge' } : file.size === 0 ? { at: 'empty' } : { at: 'waiting' };
        return { key, mandantId, name, size: file.size, documentType, state, isSeen: false };
      });
      publish({ ...snapshot, items: [...snapshot.items, ...items] });
      work();
    },
    /** Hands in a duplicate all the same. */
    sendAnyway(key: string): void {
      const stored = files.get(key);
      if (!stored) return;
      stored.anyway = true;
      put(key, { at: 'waiting' });
      work();
    },
    retry(key: string): void {
      put(key, { at: 'waiting' });
      work();
    },
    retryFailed(): void {
      const items = snapshot.items.map(
        (item): Item => (item.state.at === 'failed' ? { ...item, state: { at: 'waiting' }, isSeen: false } : item),
      );
      publish({ ...snapshot, items });
      work();
    },
    /** What the list says now has been read. */
    markSeen(): void {
      publish({ ...snapshot, items: snapshot.items.map((item) => ({ ...item, isSeen: !isOpen(item) })) });
    },
    /** Takes one off the list; one that is on its way is not stopped, it would only be unclear then. */
    drop(key: string): void {
      const item = snapshot.items.find((each) => each.key === key);
      if (!item || item.state.at === 'sending' || item.state.at === 'checking') return;
      files.delete(key);
      publish({ ...snapshot, items: snapshot.items.filter((each) => each.key !== key) });
    },
    /** Takes everything off the list that is finished. */
    clear(): void {
      const items = snapshot.items.filter(isOpen);
      for (const item of snapshot.items) if (!isOpen(item)) files.delete(item.key);
      publish({ ...snapshot, items });
    },
  };
}

const urgency = (item: Item): number => (isRefused(item) ? 0 : item.state.at === 'duplicate' ? 1 : 2);

/** What needs a person first, each group in the order in which it was chosen. */
export function mostUrgentFirst(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => urgency(a) - urgency(b));
}

export type Totals = {
  count: number;
  done: number;
  failed: number;
  duplicates: number;
  open: number;
  /** Share of the bytes that have arrived, 0 to 1. */
  share: number;
};

export function totalsOf(items: readonly Item[]): Totals {
  const counts = { done: 0, failed: 0, duplicates: 0, open: 0 };
  let bytes = 0;
  let arrived = 0;
  for (const item of items) {
    bytes += item.size;
    if (item.state.at === 'sending') arrived += item.size * item.state.share;
    else if (!isOpen(item)) arrived += item.size;
    if (isOpen(item)) counts.open += 1;
    else if (item.state.at === 'done') counts.done += 1;
    else if (item.state.at === 'duplicate') counts.duplicates += 1;
    else counts.failed += 1;
  }
  return { count: items.length, ...counts, share: bytes === 0 ? 1 : arrived / bytes };
}
