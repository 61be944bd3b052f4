import type { FastifyRequest } from 'fastify';
import type { Caller } from '../context.ts';
import { refuse } from '../refusal.ts';

/**
 * A writing request of a browser must come from our own pages: same origin, and with the session's own token in a header.
 * Requests with an API key carry no cookie, so nothing can be forged with them.
 */
export function checkOrigin(request: FastifyRequest, publicUrl: string, caller: Caller | null): void {
  if (request.method === 'GET' || request.method === 'HEAD' || caller?.apiKey) return;
  const origin = request.headers.origin;
  const site = request.headers['sec-fetch-site'];
  if (origin !== undefined && origin !== new URL(publicUrl).origin) throw refuse('csrf_failed');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refuse('csrf_failed');
  if (caller?.session && request.headers['x-csrf-token'] !== caller.session.csrfToken) throw refuse('csrf_failed');
}
