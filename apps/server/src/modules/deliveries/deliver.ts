import { interpret, type Outcome, send as put } from '@bruecke/channels/vouchers-to-duo/channel';
import { type DatevOnlineSettings, type Exchange, failure } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { createRoom, type Room } from '../../room.ts';
import { checkConnection, noteTokenFailure } from '../connectionHealth/index.ts';
import { datevRuntime, freshAccessToken } from '../grants/index.ts';
import { type Claim, type ClaimedDelivery, claimDelivery } from './claimDelivery.ts';
import type { EndedAttempt } from './endedAttempt.ts';
import { lookAhead, type SentVoucher } from './lookAhead.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';
import { readContent } from './readContent.ts';
import { recordAttempt } from './recordAttempt.ts';
import { amongOthers } from './together.ts';

/** More rounds than a delivery can need (check, token, send, refreshed send); a bound, not a plan. */
const mostRounds = 6;

/** What a run of the job came to, for callers that count. */
export type DeliverResult = 'sent' | 'held' | 'later' | 'done';

/** Vouchers' bytes in the memory of this process at the same time (32 of usual size, three of 20 MB); sending doubles them. */
const inRoom = createRoom(64 * 1024 * 1024);
const alone: Room = (_size, work) => work();

type Input = {
  mandantId: Id;
  deliveryId: Id;
  probe?: boolean;
  /** Bounds how many are on their way to DATEV at the same time. What comes before and after goes on beside it, many together. */
  line?: Room;
  /** The process stops: what still stands in the line goes no further. */
  signal?: AbortSignal;
};

/** How far a round came: an attempt with its answer, which is still to be recorded, or why there was none. */
type Round = Exclude<Claim, { kind: 'claimed' }> | { kind: 'ended'; ended: EndedAttempt };

/**
 * Carries one delivery as far as it goes now. Safe to run twice, late, or after a crash at any point: each step is
 * recorded before the next, and the PUT repeats under the same GUID.
 */
export async function deliver(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: Input,
): Promise<DeliverResult> {
  return settings ? amongOthers(input.mandantId, () => carry(services, settings, input)) : 'held';
}

async function carry(services: Services, settings: DatevOnlineSettings, input: Input): Promise<DeliverResult> {
  const { mandantId, deliveryId } = input;
  for (let count = 0; count < mostRounds; count += 1) {
    const round = await go(services, settings, input);
    switch (round.kind) {
      case 'done':
      case 'held':
        return round.kind;
      case 'busy':
        return later(services, mandantId, deliveryId, round.until);
      case 'notReady':
        return later(services, mandantId, deliveryId, services.now());
      case 'needsCheck': {
        const check = await checkConnection(services, settings, {
          mandantId,
          connectionId: round.connectionId,
          force: false,
        });
        if (check.kind === 'blocked') return 'held';
        if (check.kind === 'held') return 'held';
        if (check.kind === 'later') return later(services, mandantId, deliveryId, check.at);
        break;
      }
      case 'needsToken': {
        const token = await freshAccessToken(services, settings, mandantId, round.connectionId);
        if (token.kind === 'none') return 'held';
        if (token.kind === 'later' && token.failure) {
          const after = await noteTokenFailure(
            services,
            { mandantId, connectionId: round.connectionId },
            token.failure,
          );
          return after.held ? 'held' : later(services, mandantId, deliveryId, after.retryAt);
        }
        if (token.kind === 'later') return later(services, mandantId, deliveryId, token.at);
        break;
      }
      case 'ended':
        if ((await recordAttempt(services, mandantId, round.ended)) === 'done') return 'sent';
    }
  }
  return later(services, mandantId, deliveryId, new Date(services.now().getTime() + 60_000));
}

/**
 * From the look at the voucher to DATEV's answer. Only what is under way between its bytes' being read and its answer takes a place
 * in the line: neither it nor its bytes wait for a transaction that others share.
 */
async function go(services: Services, settings: DatevOnlineSettings, input: Input): Promise<Round> {
  const { mandantId, deliveryId, probe = false, line = alone, signal } = input;
  const voucher = await lookAhead(services, mandantId, { deliveryId, probe });
  const claim = async (ready: boolean) => claimDelivery(services, mandantId, { deliveryId, probe, ready });
  if (!voucher) {
    const found = await claim(false);
    return found.kind === 'claimed' ? { kind: 'notReady' } : found;
  }
  return line(1, () =>
    inRoom(voucher.size, async (): Promise<Round> => {
      if (signal?.aborted) return { kind: 'notReady' };
      const content = await readContent(services, mandantId, voucher);
      const found = await claim(true);
      if (found.kind !== 'claimed') return found;
      const { claimed } = found;
      const exchanges: Exchange[] = [];
      const outcome = await attempt(services, settings, claimed, { voucher, content }, exchanges);
      return { kind: 'ended', ended: { claimed, voucher, outcome, exchanges } };
    }),
  );
}

async function attempt(
  services: Services,
  settings: DatevOnlineSettings,
  { delivery, accessToken, onlyOursCanBeThere }: ClaimedDelivery,
  { voucher, content }: { voucher: SentVoucher; content: Uint8Array | null },
  exchanges: Exchange[],
): Promise<Outcome> {
  const session = { settings, runtime: datevRuntime(services, exchanges), accessToken };
  const answer = content
    ? await put(session, {
        dataset: { consultantNumber: delivery.consultant_number, mandantNumber: delivery.mandant_number },
        documentGuid: delivery.guid,
        fileName: delivery.file_name_sent,
        mediaType: voucher.mediaType,
        content,
        documentType: delivery.document_type,
        note: voucher.note,
      })
    : ({ ok: false, failure: failure('tooLarge', { description: 'over 20 MB' }) } as const);
  return interpret({
    answer,
    onlyOursCanBeThere,
    sent: { documentGuid: delivery.guid, size: voucher.size, documentType: delivery.document_type },
  });
}

async function later(services: Services, mandantId: Id, deliveryId: Id, at: Date): Promise<'later'> {
  await services.withTenant({ as: 'job', mandantId }, (tx) => enqueueDeliveries(tx, mandantId, [deliveryId], at));
  return 'later';
}
