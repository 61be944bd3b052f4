import { interpret, type Outcome, send } from '@bruecke/channels/vouchers-to-duo/channel';
import { type DatevOnlineSettings, type Exchange, failure } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { checkConnection, noteTokenFailure } from '../connectionHealth/index.ts';
import { datevRuntime, freshAccessToken } from '../grants/index.ts';
import { type ClaimedDelivery, claimDelivery } from './claimDelivery.ts';
import { enqueueDeliveries } from './queueDeliveries.ts';
import { recordAttempt } from './recordAttempt.ts';

/** More rounds than a delivery can need (check, token, send, refreshed send); a bound, not a plan. */
const mostRounds = 6;

/** What a run of the job came to, for callers that count. */
export type DeliverResult = 'sent' | 'held' | 'later' | 'done';

/**
 * Carries one delivery as far as it goes now. Safe to run twice, late, or after a crash at any point: each step is
 * recorded before the next, and the PUT repeats under the same GUID.
 */
export async function deliver(
  services: Services,
  settings: DatevOnlineSettings | null,
  input: { mandantId: Id; deliveryId: Id; probe?: boolean },
): Promise<DeliverResult> {
  if (!settings) return 'held';
  const { mandantId, deliveryId, probe = false } = input;
  for (let round = 0; round < mostRounds; round += 1) {
    const claim = await claimDelivery(services, mandantId, { deliveryId, probe });
    switch (claim.kind) {
      case 'done':
      case 'held':
        return claim.kind;
      case 'busy':
        return later(services, mandantId, deliveryId, claim.until);
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
      case 'claimed': {
        const exchanges: Exchange[] = [];
        const { claimed } = claim;
        const outcome = await attempt(services, settings, claimed, exchanges);
        if ((await recordAttempt(services, mandantId, { claimed, outcome, exchanges })) === 'done') return 'sent';
      }
    }
  }
  return later(services, mandantId, deliveryId, new Date(services.now().getTime() + 60_000));
}

async function attempt(
  services: Services,
  settings: DatevOnlineSettings,
  claimed: ClaimedDelivery,
  exchanges: Exchange[],
): Promise<Outcome> {
  const { delivery, voucher, content } = claimed;
  const session = { settings, runtime: datevRuntime(services, exchanges), accessToken: claimed.accessToken };
  const answer = content
    ? await send(session, {
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
    earlierUnclearAttempt: claimed.earlierUnclearAttempt,
    sent: { documentGuid: delivery.guid, size: voucher.size, documentType: delivery.document_type },
  });
}

async function later(services: Services, mandantId: Id, deliveryId: Id, at: Date): Promise<'later'> {
  await services.withTenant({ as: 'job', mandantId }, (tx) => enqueueDeliveries(tx, mandantId, [deliveryId], at));
  return 'later';
}
