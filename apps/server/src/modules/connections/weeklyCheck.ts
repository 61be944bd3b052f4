import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { checkConnection } from '../connectionHealth/index.ts';
import { readDatevSettings } from '../instance/index.ts';

const day = 24 * 3_600_000;
const checkedBeforeMs = 7 * day;
const forwardedWithinMs = 30 * day;

/** Switched-on connections that nobody has checked for a week. Ids only; whether they forwarded lately their own job sees. */
export function findUnchecked(services: Services): Promise<{ mandantId: Id; connectionId: Id }[]> {
  const before = new Date(services.now().getTime() - checkedBeforeMs);
  return services.withRole('dispatcher', (tx) =>
    tx
      .selectFrom('connections')
      .select(['mandant_id as mandantId', 'id as connectionId'])
      .where('channel', '=', 'belegbilderservice')
      .where('switched_on', '=', true)
      .where('severed_at', 'is', null)
      .where('checked_at', '<', before)
      .execute(),
  );
}

/**
 * The one check by the clock: once a week for a connection that forwarded in the last 30 days, so that a lost right is found
 * before the next voucher meets it. Others are left alone: DATEV refuses products that ask without cause (requirement G-33). So is
 * one that an outage holds, until its pause is over; and a try without an answer counts as that week's.
 * @returns whether DATEV was asked
 */
export async function weeklyCheck(
  services: Services,
  input: { mandantId: Id; connectionId: Id },
): Promise<'checked' | 'notNeeded'> {
  const { mandantId, connectionId } = input;
  const now = services.now();
  const checkedBefore = new Date(now.getTime() - checkedBeforeMs);
  const settings = await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    const due = await tx
      .updateTable('connections')
      // Noted before DATEV is asked: a check that gets no answer moves nothing else, and would come back with the next hour.
      .set({ weekly_check_at: now })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', connectionId)
      .where('switched_on', '=', true)
      .where('severed_at', 'is', null)
      .where('checked_at', '<', checkedBefore)
      .where((row) => row.or([row('weekly_check_at', 'is', null), row('weekly_check_at', '<', checkedBefore)]))
      .where((row) => row.or([row('retry_at', 'is', null), row('retry_at', '<=', now)]))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('deliveries')
            .select('id')
            .where('mandant_id', '=', mandantId)
            .where('connection_id', '=', connectionId)
            .where('arrived_at', '>', new Date(now.getTime() - forwardedWithinMs)),
        ),
      )
      .returning('id')
      .executeTakeFirst();
    return due ? readDatevSettings(tx, services) : null;
  });
  if (!settings) return 'notNeeded';
  await checkConnection(services, settings, { mandantId, connectionId, force: true });
  return 'checked';
}
