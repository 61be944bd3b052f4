import { interpret, type Outcome, send as put } from '@bruecke/channels/vouchers-to-duo/channel';
import { type DatevOnlineSettings, type Exchange, failure } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { checkConnection, noteTokenFailure } from '../connectionHealth/index.ts';
import { datevRuntime, freshAccessToken } from '../grants/index.ts';
import { type ClaimedDelivery, claimDelivery } from './claimDelivery.ts';
import { lookAhead, type SentVoucher } from './lookAhead.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';
import { readContent } from './readContent.ts';
import { recordAttempt } from './recordAttempt.ts';
import type { AttemptEnd } from './recordOnConnection.ts';
import { createRoom } from './room.ts';

/** More rounds than a delivery can need (check, token, send, refreshed send); a bound, not a plan. */
const mostRounds = 6;

/** What a run of the job came to, for callers that count. */
export type DeliverResult = 'sent' | 'held' | 'later' | 'done';

/** Vouchers' bytes in the memory of this process at the same time; sending doubles them. */
const inRoom = createRoom(64 * 1024 * 1024);

type Input = { mandantId: Id; deliveryId: Id; probe?: boolean };
/** What goes out; `content` null: more bytes than DATEV takes. */
type Sent = { voucher: SentVoucher; content: Uint8Array | null };

/**
 * Carries one delivery as far as it goes now. Safe to run twice, late, or after a crash at any point: each step is
 * recorded before the next, and the PUT repeats under the same GUID.
 */
export async function deliver(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: Input,
): Promise<DeliverResult> {
  if (!settings) return 'held';
  const { mandantId, deliveryId, probe = false } = input;
  const voucher = await lookAhead(services, mandantId, { deliveryId, probe });
  if (!voucher) return carry(services, settings, input, null);
  return inRoom(voucher.size, async () => {
    const content = await readContent(services, mandantId, voucher);
    return carry(services, settings, input, { voucher, content });
  });
}

async function carry(
  services: Services,
  settings: DatevOnlineSettings,
  input: Input,
  sent: Sent | null,
): Promise<DeliverResult> {
  const { mandantId, deliveryId, probe = false } = input;
  for (let round = 0; round < mostRounds; round += 1) {
    const claim = await claimDelivery(services, mandantId, { deliveryId, probe, ready: sent !== null });
    switch (claim.kind) {
      case 'done':
      case 'held':
        return claim.kind;
      case 'busy':
        return later(services, mandantId, deliveryId, claim.until);
      case 'notReady':
        return later(services, mandantId, deliveryId, services.now());
      case 'needsCheck': {
        const check = await checkConnection(services, settings, {
          mandantId,
          connectionId: claim.connectionId,
          force: false,
        });
        if (check.kind === 'blocked') return 'held';
        if (check.kind === 'held') return 'held';
        if (check.kind === 'later') return later(services, mandantId, deliveryId, check.at);
        break;
      }
      case 'needsToken': {
        const token = await freshAccessToken(services, settings, mandantId, claim.connectionId);
        if (token.kind === 'none') return 'held';
        if (token.kind === 'later' && token.failure) {
          const after = await noteTokenFailure(
            services,
            { mandantId, connectionId: claim.connectionId },
            token.failure,
          );
          return after.held ? 'held' : later(services, mandantId, deliveryId, after.retryAt);
        }
        if (token.kind === 'later') return later(services, mandantId, deliveryId, token.at);
        break;
      }
      case 'claimed':
        if (sent && (await send(services, settings, mandantId, claim.claimed, sent)) === 'done') return 'sent';
    }
  }
  return later(services, mandantId, deliveryId, new Date(services.now().getTime() + 60_000));
}

async function send(
  services: Services,
  settings: DatevOnlineSettings,
  mandantId: Id,
  claimed: ClaimedDelivery,
  sent: Sent,
): Promise<AttemptEnd> {
  const exchanges: Exchange[] = [];
  const outcome = await attempt(services, settings, claimed, sent, exchanges);
  return recordAttempt(services, mandantId, { claimed, voucher: sent.voucher, outcome, exchanges });
}

async function attempt(
  services: Services,
  settings: DatevOnlineSettings,
  { delivery, accessToken, earlierUnclearAttempt }: ClaimedDelivery,
  { voucher, content }: Sent,
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
        filing: null,
      })
    : ({ ok: false, failure: failure('tooLarge', { description: 'over 20 MB' }) } as const);
  return interpret({
    answer,
    earlierUnclearAttempt,
    sent: { documentGuid: delivery.guid, size: voucher.size, documentType: delivery.document_type },
  });
}

async function later(services: Services, mandantId: Id, deliveryId: Id, at: Date): Promise<'later'> {
  await services.withTenant({ as: 'job', mandantId }, (tx) => enqueueDeliveries(tx, mandantId, [deliveryId], at));
  return 'later';
}
