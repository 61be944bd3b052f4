import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Endpoint, LiveTopic } from '@bruecke/contract';
import type { HistoryKind, Id } from '@bruecke/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inFirm, inMandant } from '../access/index.ts';
import type { Ctx, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { createRecentNotices, type RecentNotices, type Told } from './recentNotices.ts';
import type { FileAnswer } from './route.ts';

/** What PostgreSQL tells all processes: something of these kinds happened to a Mandant or a firm, or these parts of its pages changed. */
export type LiveNotice = ({ mandantId: Id } | { firmId: Id }) & ({ kinds: HistoryKind[] } | { topics: LiveTopic[] });
/** What somebody may see changed: of a Mandant, of a person, or both; null means any. */
export type AccessNotice = { mandantId: Id | null; userId: Id | null };

/** What a caller holds open: an event stream, or a file on its way. */
type Stream = {
  ctx: Ctx;
  mandantId: Id | null;
  firmId: Id | null;
  /** Times that `seen` was asked for. */
  asked: number;
  /** The newest answer so far, with the number of its question. */
  seen: Seen & { asked: number };
  /** Absent until the stream may begin. A file carries no events. */
  out?: { write?(text: string): void; end(): void };
};

/** Whose events a stream may carry; of a Mandant's stream also the firm of the open Kanzleiverbindung. */
type Seen = { mandanten: ReadonlySet<Id>; lookedAfterBy: Id | null };

export type LiveHub = {
  open(request: FastifyRequest, reply: FastifyReply, endpoint: Endpoint, ctx: Services | Ctx): Promise<void>;
  /**
   * Asks once more for the right to a Mandant's file before its first byte, as it may have been long in the making, and breaks the answer
   * off when the right goes while somebody is still reading.
   */
  holdFile(request: FastifyRequest, reply: FastifyReply, ctx: Services | Ctx, file: FileAnswer): Promise<void>;
  tell(notice: LiveNotice): void;
  /** Ends at once every stream and file whose right is gone, or whose session or key; resolves when that is done. */
  accessChanged(notice: AccessNotice): Promise<void>;
  /** Ends the streams and files of an ended session. */
  sessionEnded(sessionId: Id): void;
  count(): number;
  close(): void;
};

const topicByNoun: Record<string, LiveTopic[]> = {
  voucher: ['vouchers'],
  delivery: ['vouchers', 'connections'],
  connection: ['connections'],
  engagement: ['engagement', 'connections'],
  member: ['members'],
  invitation: ['members', 'engagement'],
  assignment: ['mandant'],
  mandant: ['mandant'],
  // What came home moves the Stand that lists show.
  figures: ['figures', 'connections'],
  connector: ['connectors', 'connections'],
};

/** Which parts of a page a history entry can have changed. */
export function topicsOf(kinds: readonly HistoryKind[]): LiveTopic[] {
  return [...new Set<LiveTopic>([...kinds.flatMap((kind) => topicByNoun[kind.split('.')[0] ?? ''] ?? []), 'history'])];
}

const beatMs = 25_000;
/** An open page with figures says so again after this many beats (five minutes). */
const beatsPerLook = 12;

export type LiveHubOptions = {
  now: () => Date;
  /** A page with figures of this Mandant was opened, or is still open. */
  onLook?: (ctx: Ctx, mandantId: Id) => void;
};

/** Holds the open event streams of this process, and the files on their way. Pages never poll; they ask again for what a topic concerns. */
export function createLiveHub({ now, onLook }: LiveHubOptions): LiveHub {
  const streams = new Set<Stream>();
  const recent = createRecentNotices(now);
  const drop = (stream: Stream) => {
    streams.delete(stream);
    stream.out?.end();
  };
  /**
   * Asks anew what a stream may carry, and ends it where that is nothing. Answers may overtake each other: an older one never takes
   * the place of a newer one. False when it was asked again meanwhile.
   */
  const ask = async (stream: Stream): Promise<boolean> => {
    stream.asked += 1;
    const { asked } = stream;
    try {
      if (await hasEnded(stream.ctx)) throw refuse('not_signed_in');
      const seen = await seenBy(stream.ctx, stream.mandantId, stream.firmId);
      if (asked > stream.seen.asked) stream.seen = { ...seen, asked };
    } catch (error) {
      drop(stream);
      throw error;
    }
    return asked === stream.asked;
  };
  /**
   * A stream counts before its right is asked for: so a change that commits between the answer and the first byte finds it. It begins
   * in the moment in which no change came since it was asked for.
   */
  const enter = async (raw: ServerResponse, stream: Stream, begin: () => void): Promise<void> => {
    const leave = () => streams.delete(stream);
    streams.add(stream);
    raw.once('close', leave);
    if (raw.closed) leave();
    while (!(await ask(stream)));
    // Its session has ended meanwhile, or nobody waits for it any more.
    if (!streams.has(stream)) throw refuse('not_signed_in');
    begin();
  };
  return {
    open: async (request, reply, _endpoint, given) => {
      // The app lets nobody without a caller reach an endpoint that gives events.
      const ctx = given as Ctx;
      const { mandantId = null, firmId = null } = request.params as { mandantId?: Id; firmId?: Id };
      const { page, missed } = request.query as { page?: 'figures'; missed?: number };
      const looks = onLook && mandantId && page === 'figures' ? () => onLook(ctx, mandantId) : undefined;
      const raw = reply.raw;
      const stream: Stream = { ctx, mandantId, firmId, asked: 0, seen: { ...nothing, asked: 0 } };
      await enter(raw, stream, () => {
        reply.hijack();
        raw.writeHead(200, {
          ...headersOf(reply),
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        // A comment now and then keeps proxies from closing a quiet stream.
        let beats = 0;
        const beat = setInterval(() => {
          raw.write(':\n\n');
          beats += 1;
          if (beats % beatsPerLook === 0) looks?.();
        }, beatMs);
        raw.on('close', () => clearInterval(beat));
        stream.out = { write: (text) => void raw.write(text), end: () => raw.end() };
        raw.write('retry: 2000\n\nevent: open\ndata: {}\n\n');
        if (missed !== undefined) tellMissed(stream, recent, missed);
        looks?.();
      });
    },
    holdFile: async (request, reply, given, { bytes }) => {
      const { mandantId } = request.params as { mandantId: Id };
      // As for streams; and only a Mandant's files are held.
      const ctx = given as Ctx;
      const raw = reply.raw;
      const stream: Stream = { ctx, mandantId, firmId: null, asked: 0, seen: { ...nothing, asked: 0 } };
      // Nobody listens to the bytes before they are sent; an error of theirs shows when they are.
      if (bytes instanceof Readable) bytes.on('error', () => undefined);
      try {
        await enter(raw, stream, () => {
          // What waits for a slow reader goes with it, whether it comes from the store or was made in memory.
          stream.out = { end: () => raw.destroy() };
        });
      } catch (error) {
        if (bytes instanceof Readable) bytes.destroy();
        throw error;
      }
    },
    tell: (notice) => {
      const of = 'firmId' in notice ? { firmId: notice.firmId } : { mandantId: notice.mandantId };
      const topics = 'topics' in notice ? notice.topics : topicsOf(notice.kinds);
      recent.note({ ...of, topics });
      for (const stream of streams) {
        const told = carriedBy(stream, { ...of, topics });
        if (told) stream.out?.write?.(dataOf(told));
      }
    },
    accessChanged: async ({ mandantId, userId }) => {
      const touched = [...streams].filter(
        (stream) =>
          (userId === null || stream.ctx.caller.userId === userId) &&
          (mandantId === null || stream.firmId !== null || stream.mandantId === mandantId),
      );
      await Promise.all(touched.map((stream) => ask(stream).catch(() => undefined)));
    },
    sessionEnded: (sessionId) => {
      for (const stream of streams) if (stream.ctx.caller.session?.id === sessionId) drop(stream);
    },
    count: () => streams.size,
    close: () => {
      for (const stream of streams) drop(stream);
    },
  };
}

/** What a stream may say of a notice; null: nothing. */
function carriedBy(stream: Stream, told: Told): Told | null {
  if ('mandantId' in told) return stream.seen.mandanten.has(told.mandantId) ? told : null;
  if (stream.firmId === told.firmId) return told;
  // Perhaps a cut: not one notice of a former firm more while it is being looked up.
  if (stream.seen.asked < stream.asked) return null;
  // How far a firm has got with its connector stands on the pages of its Mandanten too, also before a client is bound.
  if (stream.mandantId && stream.seen.lookedAfterBy === told.firmId && told.topics.includes('connectors'))
    return { mandantId: stream.mandantId, topics: ['connectors'] };
  return null;
}

/** How long the request for a stream may have been on its way, milliseconds. */
const onTheWayMs = 1000;

/** Each topic once, by its newest notice: a page asks again for all that a topic concerns. */
function tellMissed(stream: Stream, recent: RecentNotices, missed: number): void {
  const said = new Set<LiveTopic>();
  for (const { told, ago } of recent.ofLast(missed + onTheWayMs)) {
    const carried = carriedBy(stream, told);
    const topics = carried?.topics.filter((topic) => !said.has(topic)) ?? [];
    if (!carried || topics.length === 0) continue;
    for (const topic of topics) said.add(topic);
    stream.out?.write?.(dataOf({ ...carried, topics, ago }));
  }
}

const dataOf = (told: Told & { ago?: number }) => `data: ${JSON.stringify(told)}\n\n`;

const nothing: Seen = { mandanten: new Set(), lookedAfterBy: null };

/** Whether the session or key that asked was ended since: what it asked for may have been long in the making. */
async function hasEnded({ caller: { session, apiKey }, withRole }: Ctx): Promise<boolean> {
  const ended = await withRole('auth', (tx) =>
    session
      ? tx.selectFrom('sessions').select('id').where('id', '=', session.id).where('ended_at', 'is not', null).execute()
      : tx
          .selectFrom('api_keys')
          .select('id')
          .where('id', '=', apiKey?.id ?? null)
          .where('revoked_at', 'is not', null)
          .execute(),
  );
  return ended.length > 0;
}

/** Refuses like any other endpoint where a stream may carry nothing. */
async function seenBy(ctx: Ctx, mandantId: Id | null, firmId: Id | null): Promise<Seen> {
  if (mandantId)
    return inMandant(ctx, mandantId, 'read', async (tx) => {
      const open = await tx
        .selectFrom('engagements')
        .select('firm_id')
        .where('mandant_id', '=', mandantId)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return { mandanten: new Set([mandantId]), lookedAfterBy: open?.firm_id ?? null };
    });
  if (!firmId) return nothing;
  return inFirm(ctx, firmId, 'staff', async (tx) => {
    const rows = await tx.selectFrom('access').select('mandant_id').where('via', '=', 'firm').execute();
    return { mandanten: new Set(rows.map((row) => row.mandant_id)), lookedAfterBy: null };
  });
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
