import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Problem } from '@bruecke/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Services } from '../context.ts';
import { type RefusalDetails, refuse } from '../refusal.ts';
import { problemFor, problemOf } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What is answered when the body stops on its way. Only routes that say it let a body take its time, hours if it moves. */
    cutOff?: 'upload_incomplete' | 'request_incomplete';
  }
}

/** How long the border waits for others, milliseconds. */
export type Patience = {
  /** Without a byte while one is due: of a body that is read, or taken of an answer that is sent. */
  idle: number;
  /** For a whole request, except where a body may take its time. */
  request: number;
  /** Between two looks for requests that take too long, or bring too much. */
  look: number;
};
export const usualPatience: Patience = { idle: 60_000, request: 120_000, look: 10_000 };

/** Nothing came or went on the request's socket for so long as it may. Who is to blame decides: a server at work is left alone. */
export function endSilence(reply: FastifyReply, patience: Patience): void {
  const { request } = reply;
  const { socket } = request.raw;
  const isBodyDue = !request.raw.complete && request.raw.readableLength === 0;
  // Nobody takes what lies ready, or an answer has begun already: nothing more can be said.
  if (socket.writableLength > 0 || (isBodyDue && isAnswering(reply))) return void socket.destroy();
  // The timer ran out; it starts anew only with the next byte, or here.
  if (!isBodyDue) return void socket.setTimeout(patience.idle);
  answerOnSocket(socket, problemOf(request.routeOptions.config.cutOff ?? 'request_incomplete', request.id));
}

/**
 * A request that is refused while its body still comes: the rest is read and thrown away, since a browser looks for the answer only when
 * all is sent. Not more of it than any body may have, which one of unknown length, or one announced as too long, would go on beyond.
 */
export function endRest({ raw }: FastifyRequest, mostBytes: number, patience: Patience): void {
  if (raw.complete) return;
  const { socket } = raw;
  const before = socket.bytesRead;
  const looking = setInterval(() => {
    const goesOn = !raw.complete && !socket.destroyed;
    if (goesOn && socket.bytesRead - before <= mostBytes) return;
    clearInterval(looking);
    if (goesOn) socket.destroy();
  }, patience.look).unref();
}

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
 * For what Node refuses by itself: no HTTP, headers longer than its 16 kB, a request that takes longer than it may. Where an answer has begun
 * on the socket, a second one would be taken for a part of it.
 */
export function refuseUnread(
  services: Services,
  reply: FastifyReply | undefined,
  error: Error & { code?: string },
  socket: Socket,
): void {
  const { raw, routeOptions } = reply?.request ?? {};
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  // Node says so once, and lets go of the clock.
  if (isLate && raw?.complete === false && routeOptions?.config.cutOff) return;
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(reply)) return void socket.destroy();
  const refusal = isLate ? refuse('request_incomplete') : refuse('invalid_input', detailsOf(error));
  answerOnSocket(socket, problemFor(refusal, services.newId()));
}

function detailsOf(error: { code?: string }): RefusalDetails {
  if (error.code !== 'HPE_HEADER_OVERFLOW') return {};
  return {
    detail: {
      de: 'Adresse und Kopfzeilen der Anfrage sind zu lang.',
      en: 'Address and headers of the request are too long.',
    },
  };
}

/** Whether the answer is on its way and not yet out. */
function isAnswering(reply: FastifyReply | undefined): boolean {
  return reply?.raw.headersSent === true && !reply.raw.writableFinished;
}
