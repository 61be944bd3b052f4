/** Why the hub could not be spoken to. `code` names it, for status page, doctor and log. */
export type LinkError = { code: LinkErrorCode; detail: string | null };

export const linkErrorCodes = [
  'serverCertificateWrong',
  'hubUnreachable',
  'hubNameUnknown',
  'proxyRefused',
  'hubDisturbed',
  'hubStrange',
] as const;
export type LinkErrorCode = (typeof linkErrorCodes)[number];

/** What the network threw on the way to the hub. */
export function linkErrorOf(thrown: unknown): LinkError {
  const error = thrown instanceof AggregateError ? thrown.errors[0] : thrown;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = error instanceof Error ? error.message.slice(0, 500) : null;
  if (code === 'HUB_CERTIFICATE_WRONG') return { code: 'serverCertificateWrong', detail };
  // Something that speaks no TLS, or none of ours.
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_')) return { code: 'serverCertificateWrong', detail };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return { code: 'hubNameUnknown', detail };
  return { code: 'hubUnreachable', detail };
}

/** A refusal that says nothing about orders or keys. */
export function linkErrorFor(answer: { status: number; code: string }): LinkError {
  const detail = `HTTP ${answer.status} · ${answer.code}`;
  if (answer.status === 407) return { code: 'proxyRefused', detail };
  if (answer.status === 429 || answer.status >= 500) return { code: 'hubDisturbed', detail };
  return { code: 'hubStrange', detail };
}
