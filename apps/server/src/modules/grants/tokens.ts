import type { Tokens } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Encryption } from '../../secrets/encryption.ts';

/** Sealed for one row and one column, so that a token can't be moved to another grant. */
const purpose = (kind: 'access' | 'refresh', rowId: Id) => `datev.${kind}_token:${rowId}`;

export function sealTokens(encryption: Encryption, rowId: Id, tokens: Tokens) {
  return {
    access_token: encryption.seal(tokens.accessToken, purpose('access', rowId)),
    access_expires_at: tokens.accessExpiresAt,
    refresh_token: encryption.seal(tokens.refreshToken, purpose('refresh', rowId)),
  };
}

export function openAccessToken(encryption: Encryption, rowId: Id, sealed: Buffer): string {
  return encryption.open(sealed, purpose('access', rowId));
}

export function openRefreshToken(encryption: Encryption, rowId: Id, sealed: Buffer): string {
  return encryption.open(sealed, purpose('refresh', rowId));
}

/** An access token with less left than this is refreshed first: an upload may take a while. */
export const accessMarginMs = 60_000;
