import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '@bruecke/contract';
import type { FastifyReply } from 'fastify';
import type { Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { problemFor } from './problem.ts';

/** Answers a request that never reaches a route, or will never be whole, and closes its socket. */
export function answerOnSocket(socket: Socket, problem: Problem): void {
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-request-id: ${problem.requestId}`,
    'connection: close',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

/**
 * For what Node's parser refuses before there is a request: no HTTP, or headers longer than its 16 kB. Where an answer has begun on the socket,
 * a second one would be taken for a part of it.
 */
export function refuseUnread(
  services: Services,
  reply: FastifyReply | undefined,
  error: Error & { code?: string },
  socket: Socket,
): void {
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(reply)) return void socket.destroy();
  const tooLong = {
    detail: {
      de: 'Adresse und Kopfzeilen der Anfrage sind zu lang.',
      en: 'Address and headers of the request are too long.',
    },
  };
  const refusal = refuse('invalid_input', error.code === 'HPE_HEADER_OVERFLOW' ? tooLong : {});
  answerOnSocket(socket, problemFor(refusal, services.newId()));
}

/** Whether the answer is on its way and not yet out. */
function isAnswering(reply: FastifyReply | undefined): boolean {
  return reply?.raw.headersSent === true && !reply.raw.writableFinished;
}
