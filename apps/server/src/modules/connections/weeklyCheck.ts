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
 * before the next voucher meets it. Others are left alone: DATEV refuses products that ask without cause (requirement G-33).
 * @returns whether DATEV was asked
 */
export async function weeklyCheck(
  services: Services,
  input: { mandantId: Id; connectionId: Id },
): Promise<'checked' | 'notNeeded'> {
  const { mandantId, connectionId } = input;
  const now = services.now().getTime();
  const settings = await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    const due = await tx
      .selectFrom('connections')
      .select('id')
      .where('mandant_id', '=', mandantId)
      .where('id', '=', connectionId)
      .where('switched_on', '=', true)
      .where('severed_at', 'is', null)
      .where('checked_at', '<', new Date(now - checkedBeforeMs))
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('deliveries')
            .select('id')
            .where('mandant_id', '=', mandantId)
            .where('connection_id', '=', connectionId)
            .where('arrived_at', '>', new Date(now - forwardedWithinMs)),
        ),
      )
      .executeTakeFirst();
    return due ? readDatevSettings(tx, services) : null;
  });
  if (!settings) return 'notNeeded';
  await checkConnection(services, settings, { mandantId, connectionId, force: true });
  return 'checked';
}
