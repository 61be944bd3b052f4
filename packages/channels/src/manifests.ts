import { manifest as figuresFromDatevconnect } from './figures-from-datevconnect/manifest.ts';
import { manifest as vouchersToDuo } from './vouchers-to-duo/manifest.ts';

export type { ChannelLimits, ChannelManifest } from './kit.ts';

/** Every channel there is, as pure data. */
export const manifests = [vouchersToDuo, figuresFromDatevconnect] as const;
