import type { Tokens, UnrevokedTokens } from '@bruecke/datev-online';
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

/** Tokens that are of no use but have to be revoked: what there is of a pair. */
export function sealUnrevoked(encryption: Encryption, rowId: Id, { accessToken, refreshToken }: UnrevokedTokens) {
  return {
    access_token: accessToken === null ? null : encryption.seal(accessToken, tokenPurpose('access', rowId)),
    access_expires_at: null,
    refresh_token: refreshToken === null ? null : encryption.seal(refreshToken, tokenPurpose('refresh', rowId)),
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
