/**
 * How a connector signs a request: RFC 9421 with one label, one fixed list of components and one fixed order of parameters.
 *
 * ```
 * Content-Digest: sha-256=:<base64 of the SHA-256 of the body as sent, i.e. compressed where it is>:      (RFC 9530)
 * Signature-Input: sig1=("@method" "@target-uri" "content-digest");created=1772438400;keyid="<connectorId>";nonce="<nonce>";alg="ed25519"
 * Signature: sig1=:<base64 of the Ed25519 signature over signatureBase(…)>:
 * ```
 *
 * `@target-uri` is the public address from the Verbindungsdatei with path and query. Both ends build the text with the functions here.
 */
export type LinkSignatureParams = {
  /** Seconds since 1970 by the connector's clock; not compared with the hub's, as the nonce gives freshness. */
  created: number;
  connectorId: string;
  /** From the last `Replay-Nonce`; good once and for five minutes. */
  nonce: string;
};

/** Value of `Content-Digest` for a body's SHA-256 in base64 (of zero bytes where there is no body). */
export function contentDigest(sha256Base64: string): string {
  return `sha-256=:${sha256Base64}:`;
}

const covered = '("@method" "@target-uri" "content-digest")';

/** The inner list and its parameters, as they stand in `Signature-Input` after `sig1=` and in the last line of the base. */
export function signatureParams(params: LinkSignatureParams): string {
  return `${covered};created=${params.created};keyid="${params.connectorId}";nonce="${params.nonce}";alg="ed25519"`;
}

/** The text that is signed (RFC 9421, 2.5): UTF-8, lines joined by one line feed, none at the end. */
export function signatureBase(request: {
  method: string;
  targetUri: string;
  contentDigest: string;
  /** From `signatureParams`. */
  params: string;
}): string {
  return [
    `"@method": ${request.method.toUpperCase()}`,
    `"@target-uri": ${request.targetUri}`,
    `"content-digest": ${request.contentDigest}`,
    `"@signature-params": ${request.params}`,
  ].join('\n');
}

const inputPattern =
  /^sig1=\("@method" "@target-uri" "content-digest"\);created=(\d{1,12});keyid="([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";nonce="([A-Za-z0-9_-]{20,200})";alg="ed25519"$/;

/** Reads `Signature-Input`; null for anything but the one form above. */
export function parseSignatureInput(header: string): LinkSignatureParams | null {
  const [, created, connectorId, nonce] = inputPattern.exec(header.trim()) ?? [];
  return created && connectorId && nonce ? { created: Number(created), connectorId, nonce } : null;
}

/** Value of `Signature`; `signature` is base64. */
export function signatureHeader(signatureBase64: string): string {
  return `sig1=:${signatureBase64}:`;
}

/** The base64 in `Signature`; null for anything else. */
export function parseSignature(header: string): string | null {
  return /^sig1=:([A-Za-z0-9+/]{86}==):$/.exec(header.trim())?.[1] ?? null;
}
