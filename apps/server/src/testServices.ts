import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createDiscoveryCache } from '@bruecke/datev-online';
import type { Id, Right } from '@bruecke/model';
import { signingKeyFromSeed } from '@bruecke/proof';
import { BlobError, type BlobStore, ofSize } from './blobs/store.ts';
import type { Caller, Ctx, Services } from './context.ts';
import type { TestDatabase } from './db/testDatabase.ts';
import type { Tenancy } from './db/withTenant.ts';
import { createEncryption } from './secrets/encryption.ts';

/** A clock that stands still until a test moves it. */
export type TestClock = { now(): Date; forward(milliseconds: number): void; set(time: Date): void };

export type TestServices = Services & {
  readonly clock: TestClock;
  /** What went to the program's log. */
  readonly lines: readonly string[];
};

export type TestServicesOptions = {
  readonly fetch?: Services['fetch'];
  readonly blobs?: BlobStore;
  readonly start?: Date;
  /** Two services on one database need different seeds, else their ids collide. */
  readonly seed?: number;
  readonly settings?: Partial<Services['settings']>;
};

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Services for tests: the real database, everything else a fake that answers the same in every run. */
export function createTestServices(db: Tenancy, options: TestServicesOptions = {}): TestServices {
  const seed = options.seed ?? 1;
  const clock = createClock(options.start ?? new Date('2026-03-02T08:00:00.000Z'));
  const randomBytes = seededBytes(seed);
  const lines: string[] = [];
  return {
    withTenant: db.withTenant,
    withRole: db.withRole,
    now: clock.now,
    wait: async (milliseconds) => clock.forward(milliseconds),
    newId: countedIds(seed),
    randomBytes,
    fetch: options.fetch ?? (async (request) => Promise.reject(new Error(`This test allows no call: ${request.url}`))),
    discoveryCache: createDiscoveryCache(),
    workerId: `test-${seed}`,
    blobs: options.blobs ?? createMemoryBlobs(),
    signingKey: signingKeyFromSeed(Buffer.alloc(32, 9)),
    instanceKey: signingKeyFromSeed(Buffer.alloc(32, 11)),
    encryption: createEncryption([{ id: 'test', key: Buffer.alloc(32, 7) }], randomBytes),
    log: (line) => void lines.push(line),
    settings: {
      publicUrl: 'https://bruecke.example',
      uploadLimitBytes: 100 * 1024 * 1024,
      demo: false,
      version: '0.0.0-test',
      ...options.settings,
    },
    clock,
    lines,
  };
}

function createClock(start: Date): TestClock {
  let time = start.getTime();
  return {
    now: () => new Date(time),
    forward: (milliseconds) => {
      time += milliseconds;
    },
    set: (next) => {
      time = next.getTime();
    },
  };
}

/** Valid version 4 UUIDs that count up. */
function countedIds(seed: number): () => Id {
  let count = 0;
  const block = seed.toString(16).padStart(8, '0').slice(-8);
  return () => {
    count += 1;
    return `${block}-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
  };
}

function seededBytes(seed: number): (length: number) => Buffer {
  let block = 0;
  return (length) => {
    const blocks: Buffer[] = [];
    for (let have = 0; have < length; have += 32) {
      block += 1;
      blocks.push(createHash('sha256').update(`${seed}:${block}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, length);
  };
}

/** A blob store in memory, as strict as the real ones. */
export function createMemoryBlobs(): BlobStore {
  const kept = new Map<string, Buffer>();
  const keyOf = (mandantId: string, sha256: string) => `${mandantId}/${sha256}`;
  return {
    put: async (mandantId, bytes, { maxBytes, expectedSha256, signal }) => {
      const chunks: Buffer[] = [];
      let size = 0;
      try {
        for await (const chunk of bytes) {
          const part = Buffer.from(chunk);
          size += part.length;
          if (size > maxBytes) throw new BlobError('blob_too_large', `more than ${maxBytes} bytes`);
          if (signal?.aborted) throw new BlobError('blob_incomplete', 'aborted');
          chunks.push(part);
        }
      } catch (error) {
        throw error instanceof BlobError ? error : new BlobError('blob_incomplete', 'the stream broke off', error);
      }
      const whole = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(whole).digest('hex');
      if (expectedSha256 !== undefined && expectedSha256 !== sha256) {
        throw new BlobError('blob_mismatch', 'other bytes than expected');
      }
      kept.set(keyOf(mandantId, sha256), whole);
      return { sha256, size };
    },
    open: async (mandantId, sha256, range) => {
      const whole = kept.get(keyOf(mandantId, sha256));
      if (!whole) throw new BlobError('blob_missing', 'not there');
      if (range && range.start >= whole.length) throw new BlobError('blob_range', 'begins beyond the end');
      const part = range ? whole.subarray(range.start, range.end === undefined ? undefined : range.end + 1) : whole;
      return { stream: Readable.from([part]), size: whole.length };
    },
    read: async (mandantId, sha256, size) => {
      const whole = kept.get(keyOf(mandantId, sha256));
      if (!whole) throw new BlobError('blob_missing', 'not there');
      return ofSize(whole, size);
    },
    stat: async (mandantId, sha256) => {
      const whole = kept.get(keyOf(mandantId, sha256));
      return whole && { size: whole.length };
    },
    check: async () => undefined,
  };
}

export type TestPerson = { readonly id: Id; readonly name: string; readonly email: string };

/** Lays out a person without any way to sign in. Links to firms and Mandanten are the test's own. */
export async function addPerson(
  db: Pick<TestDatabase, 'sql'>,
  services: Services,
  name: string,
  given: { email?: string; operator?: boolean; language?: 'de' | 'en' } = {},
): Promise<TestPerson> {
  const id = services.newId();
  const email = given.email ?? `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '.')}@example.com`;
  await db.sql('insert into users (id, email, name, language, operator, created_at) values ($1, $2, $3, $4, $5, $6)', [
    id,
    email,
    name,
    given.language ?? 'de',
    given.operator ?? false,
    services.now(),
  ]);
  return { id, name, email };
}

/** What a verb gets for this person, as if signed in a moment ago; or for a program with their API key. */
export function ctxOf(
  services: Services,
  person: TestPerson,
  given: {
    operator?: boolean;
    language?: 'de' | 'en';
    sessionId?: Id;
    apiKey?: { id: Id; mandantId: Id; rights: Right[] };
  } = {},
): Ctx {
  const session: Caller['session'] = {
    id: given.sessionId ?? services.newId(),
    csrfToken: 'csrf-of-a-test',
    freshUntil: new Date(services.now().getTime() + 10 * minute),
  };
  return {
    ...services,
    caller: {
      userId: person.id,
      name: person.name,
      email: person.email,
      language: given.language ?? 'de',
      operator: given.operator ?? false,
      session: given.apiKey ? null : session,
      apiKey: given.apiKey ?? null,
    },
  };
}
