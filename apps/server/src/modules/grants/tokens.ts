import type { Tokens } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Encryption } from '../../secrets/encryption.ts';
import { tokenPurpose } from '../../secrets/purposes.ts';

export function sealTokens(encryption: Encryption, rowId: Id, tokens: Tokens) {
  return {
    access_token: encryption.seal(tokens.accessToken, tokenPurpose('access', rowId)),
    access_expires_at: tokens.accessExpiresAt,
    refresh_token: encryption.seal(tokens.refreshToken, tokenPurpose('refresh', rowId)),
  };
}

export function openAccessToken(encryption: Encryption, rowId: Id, sealed: Buffer): string {
  return encryption.open(sealed, tokenPurpose('access', rowId));
}

export function openRefreshToken(encryption: Encryption, rowId: Id, sealed: Buffer): string {
  return encryption.open(sealed, tokenPurpose('refresh', rowId));
}

/** An access token with less left than this is refreshed first: an upload may take a while. */
export const accessMarginMs = 60_000;
