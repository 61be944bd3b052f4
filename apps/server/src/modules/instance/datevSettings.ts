import type { api, BodyOf } from '@bruecke/contract';
import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { settingPurpose } from '../../secrets/purposes.ts';

/** The app at DATEV as the operator enters it; the secret stands apart, sealed. */
export type StoredDatevSettings = BodyOf<typeof api.operator.setDatevSettings>['settings'];

export const settingsKey = 'datev';

/** The row, as far as it has been entered. */
export async function readDatevRow(tx: Tx): Promise<{ settings: StoredDatevSettings; secret: Buffer | null } | null> {
  const row = await tx
    .selectFrom('instance_settings')
    .select(['value', 'secret'])
    .where('key', '=', settingsKey)
    .executeTakeFirst();
  // Written by setDatevSettings only, after the border has checked it against the contract.
  return row ? { settings: row.value as StoredDatevSettings, secret: row.secret } : null;
}

/** The settings in full, for calls to DATEV; null until the operator has entered them. Readable as a person, a job or the operator. */
export async function readDatevSettings(
  tx: Tx,
  services: Pick<Services, 'encryption'>,
): Promise<DatevOnlineSettings | null> {
  const row = await readDatevRow(tx);
  if (!row?.secret) return null;
  return toProtocolSettings(row.settings, services.encryption.open(row.secret, settingPurpose(settingsKey)));
}

const addresses = [
  'issuer',
  'accountingClientsUrl',
  'accountingDocumentsUrl',
  'connectedAppsUrl',
  'redirectUri',
] as const;

/** Plain http is for a sandbox on the very same machine; towards DATEV it never is. */
export function toProtocolSettings(settings: StoredDatevSettings, clientSecret: string): DatevOnlineSettings {
  const { environment, ...rest } = settings;
  const local = addresses.every((name) => isSafe(settings[name]));
  return { ...rest, clientSecret, ...(environment === 'other' && local ? { allowInsecure: true } : {}) };
}

function isSafe(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
