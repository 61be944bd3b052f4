const secretNames =
  'access_token|refresh_token|id_token|id_token_hint|token|code|code_verifier|client_secret|client_assertion|assertion|password';

const jsonSecret = new RegExp(`("(?:${secretNames})"\\s*:\\s*")(?:[^"\\\\]|\\\\.)*("?)`, 'gi');
const formSecret = new RegExp(`((?:^|[?&\\s])(?:${secretNames})=)[^&\\s"]*`, 'gi');
const bearer = /\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9\-._~+/=]+/g;

/** What stands in place of a secret. */
export const MASK = '***';

/**
 * Takes tokens and secrets out of a text by their field names (JSON, form, query), behind `Bearer`/`Basic`, and wherever
 * one of `known` stands (a body that repeats the token it refuses).
 */
export function maskSecrets(text: string, known: Iterable<string> = []): string {
  let masked = text;
  for (const secret of known) {
    // Shorter strings are no secrets of DATEV's and would tear words apart.
    if (secret.length >= 8) masked = masked.replaceAll(secret, MASK);
  }
  return masked.replace(jsonSecret, `$1${MASK}$2`).replace(formSecret, `$1${MASK}`).replace(bearer, `$1 ${MASK}`);
}
