import type { Id } from '@bruecke/model';

// What a sealed value is for, authenticated with it, so that it can't be moved to another row or column. A new one also gets its line in
// modules/instance/sealAnew.ts.

/** Of a consent, and of the sign-in that leads to it. */
export const tokenPurpose = (kind: 'access' | 'refresh', rowId: Id) => `datev.${kind}_token:${rowId}`;
/** `state`, nonce and code verifier of a sign-in at DATEV. */
export const signInPurpose = (signInId: Id) => `datev_sign_ins.secrets:${signInId}`;
export const totpPurpose = (userId: Id) => `credentials.totp_secret:${userId}`;
export const settingPurpose = (key: string) => `instance_settings.${key}`;
