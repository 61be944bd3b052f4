import type { DatevOnlineSettings } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { readDatevSettings } from '../instance/index.ts';

/** Settings change rarely and are needed by every delivery; a change counts after this long. */
const settingsMs = 5_000;

/** DATEV's settings, read once for all who ask meanwhile. A read that fails is not kept. */
export function cachedSettings(services: Services): (mandantId: Id) => Promise<DatevOnlineSettings | null> {
  let known: { at: number; settings: Promise<DatevOnlineSettings | null> } | null = null;
  return (mandantId) => {
    const now = services.now().getTime();
    if (known && now - known.at < settingsMs) return known.settings;
    const settings = services.withTenant({ as: 'job', mandantId }, (tx) => readDatevSettings(tx, services));
    const read = { at: now, settings };
    known = read;
    settings.catch(() => {
      if (known === read) known = null;
    });
    return settings;
  };
}
