import type { FastifyReply } from 'fastify';
import type { FileAnswer } from './route.ts';

/** Sends a file so that no browser ever runs it: fixed type, sandboxed, and the name only in its encoded form (RFC 6266). */
export function sendFile(reply: FastifyReply, file: FileAnswer): FastifyReply {
  const plain = file.name.replace(/[^ -~]|["\\%]/g, '_');
  const encoded = encodeURIComponent(wellFormed(file.name)).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return reply
    .header('content-type', file.mediaType)
    .header('content-length', file.size)
    .header(
      'content-disposition',
      `${file.inline ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${encoded}`,
    )
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('cache-control', 'private, no-store')
    .send(file.bytes);
}

/** Lone surrogates can't be encoded; they become the replacement character. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
