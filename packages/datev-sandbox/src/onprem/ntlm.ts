import { createHmac, timingSafeEqual } from 'node:crypto';
import md4 from 'js-md4';

/**
 * NTLM as http.sys offers it ([MS-NLMP]): the challenge to a first message, and whether the third proves the password. NTLMv2 alone;
 * no signing, no sealing. Own code: what npm has for servers asks a domain controller or believes the name without proof.
 */

const signature = Buffer.from('NTLMSSP\0', 'latin1');
/** Unicode, target name, NTLM, always sign, extended session security, target information, 128 and 56 bits. */
const flags = 0xa0888205;

/** Which of the three messages it is; null: none. */
export function messageKind(message: Buffer): number | null {
  return message.length >= 12 && message.subarray(0, 8).equals(signature) ? message.readUInt32LE(8) : null;
}

/**
 * The second message.
 *
 * @param nonce 8 bytes
 * @param now milliseconds since 1970, for clients that take the server's time; null: it does not tell
 */
export function challengeMessage(domain: string, computer: string, nonce: Buffer, now: number | null): Buffer {
  const target = Buffer.from(domain, 'utf16le');
  const info = Buffer.concat([
    pair(2, target),
    pair(1, Buffer.from(computer, 'utf16le')),
    ...(now === null ? [] : [pair(7, fileTime(now))]),
    pair(0, Buffer.alloc(0)),
  ]);
  const head = Buffer.alloc(48);
  signature.copy(head);
  head.writeUInt32LE(2, 8);
  pointTo(head, 12, target.length, head.length);
  head.writeUInt32LE(flags, 20);
  nonce.copy(head, 24);
  pointTo(head, 40, info.length, head.length + target.length);
  return Buffer.concat([head, target, info]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function pointTo(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at);
  head.writeUInt16LE(length, at + 2);
  head.writeUInt32LE(offset, at + 4);
}

/** 100-nanosecond steps since 1601. */
function fileTime(now: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  return time;
}

/** The user of a firm's domain, `DOMAIN\user`; names of both are compared without case, as Windows does. */
export type KnownUser = { user: string; password: string };

/** Whether a third message proves the password of this user against this challenge. */
export function provesUser(message: Buffer, nonce: Buffer, known: KnownUser): boolean {
  const [response, domain, user] = [fieldAt(message, 20), fieldAt(message, 28), fieldAt(message, 36)];
  // 24 bytes are NTLMv1, which servers refuse.
  if (response === null || domain === null || user === null || response.length < 44) return false;
  const [domainName, userName] = [domain.toString('utf16le'), user.toString('utf16le')];
  const [knownDomain, knownUser] = splitUser(known.user);
  const named =
    userName.toUpperCase() === knownUser.toUpperCase() &&
    (domainName === '' || domainName.toUpperCase() === knownDomain.toUpperCase());
  const passwordHash = Buffer.from(md4.arrayBuffer(Buffer.from(known.password, 'utf16le')));
  const key = hmacMd5(passwordHash, Buffer.from(userName.toUpperCase() + domainName, 'utf16le'));
  const expected = hmacMd5(key, Buffer.concat([nonce, response.subarray(16)]));
  return timingSafeEqual(expected, response.subarray(0, 16)) && named;
}

function splitUser(name: string): [domain: string, user: string] {
  const at = name.indexOf('\\');
  return at === -1 ? ['', name] : [name.slice(0, at), name.slice(at + 1)];
}

const hmacMd5 = (key: Buffer, data: Buffer) => createHmac('md5', key).update(data).digest();

/** What length and offset at a place in the head point to; null when that is not inside. */
function fieldAt(message: Buffer, at: number): Buffer | null {
  if (message.length < at + 8) return null;
  const [length, offset] = [message.readUInt16LE(at), message.readUInt32LE(at + 4)];
  return offset + length > message.length ? null : message.subarray(offset, offset + length);
}
