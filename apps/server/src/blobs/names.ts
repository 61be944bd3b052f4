const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Both become parts of a path or a key, so neither may be anything else. @throws TypeError */
export function assertId(mandantId: string): void {
  if (!UUID.test(mandantId)) throw new TypeError('not the id of a mandant');
}

export function assertSha256(sha256: string): void {
  if (!SHA256.test(sha256)) throw new TypeError('not a SHA-256');
}
