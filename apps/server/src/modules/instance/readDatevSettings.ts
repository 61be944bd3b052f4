import type { api, BodyOf } from '@bruecke/contract';
import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';

/** Sealed for this one row. */
export const datevSecretPurpose = 'instance_settings.datev';
export const datevSettingsKey = 'datev';

export type StoredDatevSettings = BodyOf<typeof api.operator.setDatevSettings>['settings'];

/** The app that the operator registered at DATEV, with its secret; null until it is entered. */
export async function readDatevSettings(
  tx: Tx,
  services: Pick<Services, 'encryption'>,
): Promise<DatevOnlineSettings | null> {
  const row = await tx
    .selectFrom('instance_settings')
    .select(['value', 'secret'])
    .where('key', '=', datevSettingsKey)
    .executeTakeFirst();
  if (!row?.secret) return null;
  // Written by setDatevSettings with exactly this shape.
  const { environment: _environment, ...settings } = row.value as StoredDatevSettings;
  return {
    ...settings,
    clientSecret: services.encryption.open(row.secret, datevSecretPurpose),
    allowInsecure: isLoopback(settings.issuer),
  };
}

/** Plain http is for a sandbox on this very machine only. */
function isLoopback(address: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(address).hostname);
}
