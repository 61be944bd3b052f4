import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { challengeMessage, type KnownUser, messageKind, provesUser } from './ntlm.ts';

/**
 * Whether a request is the known user's; if not, it was answered with 401. There are no sessions, every request shows its right (onprem.md A.1);
 * an NTLM handshake keeps to one connection.
 */
export type Authenticate = (request: IncomingMessage, response: ServerResponse) => boolean;

export type Chance = { nonce(): Buffer; now(): number | null };

/** @param offered `basic`: HTTPS on 58452, which takes Basic and NTLM. `ntlm`: HTTP on 58454, Windows authentication alone */
export function createAuthenticate(known: KnownUser, offered: 'basic' | 'ntlm', chance: Chance): Authenticate {
  const challenges = new WeakMap<object, Buffer>();
  const domain = known.user.includes('\\') ? (known.user.split('\\')[0] ?? '') : 'KANZLEI';
  const offers = ['Negotiate', 'NTLM', ...(offered === 'basic' ? ['Basic realm="DATEV"'] : [])];
  const refuse = (response: ServerResponse, header: string | string[]) => {
    response.writeHead(401, { 'www-authenticate': header, 'content-length': 0, server: 'Microsoft-HTTPAPI/2.0' }).end();
    return false;
  };
  return (request, response) => {
    const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
    if (offered === 'basic' && scheme.toLowerCase() === 'basic')
      return isSame(value, basicOf(known)) || refuse(response, offers);
    if (scheme.toLowerCase() !== 'ntlm') return refuse(response, offers);
    const message = Buffer.from(value, 'base64');
    const kind = messageKind(message);
    if (kind === 1) {
      const nonce = chance.nonce();
      challenges.set(request.socket, nonce);
      const challenge = challengeMessage(domain, 'DATEV-SRV', nonce, chance.now());
      return refuse(response, `NTLM ${challenge.toString('base64')}`);
    }
    const nonce = challenges.get(request.socket);
    // A challenge is good for one answer.
    challenges.delete(request.socket);
    return (kind === 3 && nonce !== undefined && provesUser(message, nonce, known)) || refuse(response, offers);
  };
}

const basicOf = ({ user, password }: KnownUser) => Buffer.from(`${user}:${password}`, 'utf8').toString('base64');

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
