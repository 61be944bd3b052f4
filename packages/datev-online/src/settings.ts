/**
 * What an operator enters about its app at DATEV. Nothing here tells production, DATEV's sandbox and a sandbox of one's
 * own apart: they differ in these values only (cloud.md A.1: endpoints come from discovery and configuration).
 */
export interface DatevOnlineSettings {
  /** Issuer of the login, without a trailing slash, as its discovery document names it. */
  readonly issuer: string;
  /** Base address of accounting:clients v2, up to and including `/v2`. */
  readonly accountingClientsUrl: string;
  /** Base address of accounting:documents v2, up to and including `/v2`. */
  readonly accountingDocumentsUrl: string;
  /** OAuth client id of the app (at most 60 characters); also sent as `X-DATEV-Client-Id` (cloud.md A.7). */
  readonly clientId: string;
  /** OAuth client secret; sent by `client_secret_basic` only (cloud.md A.4). */
  readonly clientSecret: string;
  /** Redirect address exactly as registered (cloud.md A.8). */
  readonly redirectUri: string;
  /** DATEV's page "Verbundene Anwendungen", shown to people as a link (G-06). */
  readonly connectedAppsUrl: string;
  /** Scope strings to ask for instead of {@link defaultScopes}; DATEV's own texts disagree on some (cloud.md A.10). */
  readonly scopes?: { readonly session?: readonly string[]; readonly longTerm?: readonly string[] };
  /** Lets http:// addresses through. For a sandbox on the same machine only. */
  readonly allowInsecure?: boolean;
}

/**
 * Scopes of the Belegbilderservice and of the person's name, nothing more (G-09; cloud.md A.10, B.2).
 * A long-term sign-in adds `offline_access` and `datev:iam:client:<consultant>-<client>` by itself.
 * Listing with accounting:clients needs `datev:accounting:clients` on top.
 */
export const defaultScopes: readonly string[] = [
  'openid',
  'profile',
  'accounting:clients:read',
  'accounting:documents',
];

/** A setting that cannot be used, with the reason in English. */
export interface SettingsProblem {
  readonly setting: keyof DatevOnlineSettings;
  readonly problem: 'missing' | 'not a URL' | 'not https' | 'too long';
}

const addresses = [
  'issuer',
  'accountingClientsUrl',
  'accountingDocumentsUrl',
  'redirectUri',
  'connectedAppsUrl',
] as const;

/** Checks settings before they are stored. Empty list: usable. */
export function checkSettings(settings: DatevOnlineSettings): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  for (const setting of addresses) {
    const value = settings[setting];
    if (value === '') problems.push({ setting, problem: 'missing' });
    else if (!URL.canParse(value)) problems.push({ setting, problem: 'not a URL' });
    else if (!isAllowedProtocol(settings, value)) problems.push({ setting, problem: 'not https' });
  }
  if (settings.clientId === '') problems.push({ setting: 'clientId', problem: 'missing' });
  else if (settings.clientId.length > 60) problems.push({ setting: 'clientId', problem: 'too long' });
  if (settings.clientSecret === '') problems.push({ setting: 'clientSecret', problem: 'missing' });
  return problems;
}

/** True for https, and for http when the settings allow it. */
export function isAllowedProtocol(settings: Pick<DatevOnlineSettings, 'allowInsecure'>, address: string): boolean {
  const { protocol } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && settings.allowInsecure === true);
}

/**
 * Whether DATEV registers this redirect address for production: https and a host name, neither localhost nor an IP address, and
 * without "datev" in it (cloud.md A.8; G-12).
 */
export function isProductionRedirect(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  const unnamed = /(^|\.)localhost$/.test(hostname) || /^(\[.*\]|\d+(\.\d+){3})$/.test(hostname);
  return protocol === 'https:' && !unnamed && !hostname.includes('datev');
}
