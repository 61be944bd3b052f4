import type { FastifyReply, FastifyRequest } from 'fastify';

/** `__Host-` binds the cookie to this host and https; over plain http (demo, tests) browsers would drop it. */
export function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-bruecke' : 'bruecke';
}

export function readSessionCookie(request: FastifyRequest, publicUrl: string): string | null {
  return request.cookies[cookieName(publicUrl)] ?? null;
}

// Lax, not Strict: DATEV sends the browser back to us, and that return must know who signed in.
const attributes = (publicUrl: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:') }) as const;

export function writeSessionCookie(reply: FastifyReply, publicUrl: string, token: string, expires: Date): void {
  reply.setCookie(cookieName(publicUrl), token, { ...attributes(publicUrl), expires });
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  reply.clearCookie(cookieName(publicUrl), attributes(publicUrl));
}
