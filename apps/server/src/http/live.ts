import type { Endpoint, LiveTopic } from '@bruecke/contract';
import type { HistoryKind, Id } from '@bruecke/model';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { inFirm, inMandant } from '../access/index.ts';
import type { Ctx, Services } from '../context.ts';

/** What PostgreSQL tells all processes: something of these kinds happened to a Mandant or a firm, or these parts of its pages changed. */
export type LiveNotice = ({ mandantId: Id } | { firmId: Id }) & ({ kinds: HistoryKind[] } | { topics: LiveTopic[] });
/** Links changed: of a Mandant, of a person, or both; null means any. */
export type AccessNotice = { mandantId: Id | null; userId: Id | null };

type Stream = {
  ctx: Ctx;
  mandantId: Id | null;
  firmId: Id | null;
  visible: Set<Id>;
  write(text: string): void;
  end(): void;
};

export type LiveHub = {
  open(request: FastifyRequest, reply: FastifyReply, endpoint: Endpoint, ctx: Services | Ctx): Promise<void>;
  tell(notice: LiveNotice): void;
  /** Ends at once every stream whose right is gone; resolves when that is done. */
  accessChanged(notice: AccessNotice): Promise<void>;
  /** Ends the streams of an ended session. */
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
  figures: ['figures'],
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
  /** A page with figures of this Mandant was opened, or is still open. */
  onLook?: (ctx: Ctx, mandantId: Id) => void;
};

/** Holds the open event streams of this process. Pages never poll; they ask again for what a topic concerns. */
export function createLiveHub({ onLook }: LiveHubOptions = {}): LiveHub {
  const streams = new Set<Stream>();
  const drop = (stream: Stream) => {
    streams.delete(stream);
    stream.end();
  };
  return {
    open: async (request, reply, _endpoint, given) => {
      // The app lets nobody without a caller reach an endpoint that gives events.
      const ctx = given as Ctx;
      const { mandantId = null, firmId = null } = request.params as { mandantId?: Id; firmId?: Id };
      const { page } = request.query as { page?: 'figures' };
      const looks = onLook && mandantId && page === 'figures' ? () => onLook(ctx, mandantId) : undefined;
      const visible = await visibleTo(ctx, mandantId, firmId);
      reply.hijack();
      const raw = reply.raw;
      raw.writeHead(200, {
        ...headersOf(reply),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const stream: Stream = {
        ctx,
        mandantId,
        firmId,
        visible,
        write: (text) => void raw.write(text),
        end: () => raw.end(),
      };
      streams.add(stream);
      // A comment now and then keeps proxies from closing a quiet stream.
      let beats = 0;
      const beat = setInterval(() => {
        raw.write(':\n\n');
        beats += 1;
        if (beats % beatsPerLook === 0) looks?.();
      }, beatMs);
      looks?.();
      raw.on('close', () => {
        clearInterval(beat);
        streams.delete(stream);
      });
      raw.write('retry: 2000\n\nevent: open\ndata: {}\n\n');
    },
    tell: (notice) => {
      const of = 'firmId' in notice ? { firmId: notice.firmId } : { mandantId: notice.mandantId };
      const topics = 'topics' in notice ? notice.topics : topicsOf(notice.kinds);
      const data = `data: ${JSON.stringify({ ...of, topics })}\n\n`;
      for (const stream of streams)
        if ('firmId' in of ? stream.firmId === of.firmId : stream.visible.has(of.mandantId)) stream.write(data);
    },
    accessChanged: async ({ mandantId, userId }) => {
      const touched = [...streams].filter(
        (stream) =>
          (userId === null || stream.ctx.caller.userId === userId) &&
          (mandantId === null || stream.firmId !== null || stream.mandantId === mandantId),
      );
      await Promise.all(
        touched.map(async (stream) => {
          const visible = await visibleTo(stream.ctx, stream.mandantId, stream.firmId).catch(() => null);
          if (visible) stream.visible = visible;
          else drop(stream);
        }),
      );
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

/** The Mandanten whose events a stream may carry; refuses like any other endpoint where it may carry none. */
async function visibleTo(ctx: Ctx, mandantId: Id | null, firmId: Id | null): Promise<Set<Id>> {
  if (mandantId) return inMandant(ctx, mandantId, 'read', async () => new Set([mandantId]));
  if (!firmId) return new Set();
  return inFirm(ctx, firmId, 'staff', async (tx) => {
    const rows = await tx.selectFrom('access').select('mandant_id').where('via', '=', 'firm').execute();
    return new Set(rows.map((row) => row.mandant_id));
  });
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
