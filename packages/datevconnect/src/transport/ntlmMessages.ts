import { createHmac } from 'node:crypto';
import md4 from 'js-md4';

/**
 * The three NTLM messages, as far as HTTP needs them ([MS-NLMP] 2.2.1, 3.3.2): NTLMv2 only, no signing, no sealing. Own code: the
 * packages on npm draw the client challenge from Math.random, escape() the domain, or speak NTLMv1, which servers refuse.
 */

const signature = Buffer.from('NTLMSSP\0', 'latin1');

const flags = {
  unicode: 0x00000001,
  requestTarget: 0x00000004,
  ntlm: 0x00000200,
  alwaysSign: 0x00008000,
  extendedSecurity: 0x00080000,
  targetInfo: 0x00800000,
  encryption128: 0x20000000,
  encryption56: 0x80000000,
} as const;

const wantedFlags =
  (flags.unicode |
    flags.requestTarget |
    flags.ntlm |
    flags.alwaysSign |
    flags.extendedSecurity |
    flags.targetInfo |
    flags.encryption128 |
    flags.encryption56) >>>
  0;

/** Thrown for an answer to the first message that is no NTLM challenge. */
export class NtlmError extends Error {
  readonly code = 'NOT_AN_NTLM_CHALLENGE';
}

/** Type 1. Says nothing about user or machine. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(32);
  signature.copy(message);
  message.writeUInt32LE(1, 8);
  message.writeUInt32LE(wantedFlags, 12);
  return message;
}

export interface Challenge {
  readonly serverChallenge: Buffer;
  readonly targetInfo: Buffer;
  readonly flags: number;
}

/** Reads type 2. @throws NtlmError */
export function readChallenge(message: Buffer): Challenge {
  if (message.length < 48 || !message.subarray(0, 8).equals(signature) || message.readUInt32LE(8) !== 2) {
    throw new NtlmError('not an NTLM challenge');
  }
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  if (length === 0 || offset + length > message.length) throw new NtlmError('no target information: NTLMv2 needs it');
  return {
    serverChallenge: message.subarray(24, 32),
    targetInfo: message.subarray(offset, offset + length),
    flags: message.readUInt32LE(20),
  };
}

export interface NtlmUser {
  readonly user: string;
  /** Empty for a name without one. */
  readonly domain: string;
  readonly password: string;
}

/** `DOMAIN\user` apart; without a backslash the domain is empty, as for `user@domain`. */
export function splitUser(name: string): { domain: string; user: string } {
  const at = name.indexOf('\\');
  return at === -1 ? { domain: '', user: name } : { domain: name.slice(0, at), user: name.slice(at + 1) };
}

/**
 * Type 3, the proof that the password is known.
 *
 * @param now milliseconds since 1970; used where the server gave no time of its own
 * @param clientChallenge 8 unpredictable bytes
 */
export function authenticateMessage(challenge: Challenge, who: NtlmUser, now: number, clientChallenge: Buffer): Buffer {
  const key = responseKey(who);
  const serverTime = pairValue(challenge.targetInfo, 7);
  const blob = Buffer.concat([
    Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]),
    serverTime ?? fileTime(now),
    clientChallenge,
    Buffer.alloc(4),
    challenge.targetInfo,
    Buffer.alloc(4),
  ]);
  const proof = hmacMd5(key, Buffer.concat([challenge.serverChallenge, blob]));
  // [MS-NLMP] 3.1.5.1.2: with a time from the server the LM response is zeros.
  const lm =
    serverTime === null
      ? Buffer.concat([hmacMd5(key, Buffer.concat([challenge.serverChallenge, clientChallenge])), clientChallenge])
      : Buffer.alloc(24);
  const fields = [
    lm,
    Buffer.concat([proof, blob]),
    Buffer.from(who.domain, 'utf16le'),
    Buffer.from(who.user, 'utf16le'),
    Buffer.alloc(0),
    Buffer.alloc(0),
  ];
  return withFields(fields, (wantedFlags & challenge.flags) >>> 0);
}

/** Head of type 3: six times length, room and offset, then the flags, then what they point to. */
function withFields(fields: readonly Buffer[], negotiated: number): Buffer {
  const head = Buffer.alloc(64);
  signature.copy(head);
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [i, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + 8 * i);
    head.writeUInt16LE(field.length, 14 + 8 * i);
    head.writeUInt32LE(offset, 16 + 8 * i);
    offset += field.length;
  }
  head.writeUInt32LE(negotiated, 60);
  return Buffer.concat([head, ...fields]);
}

/** NTOWFv2 ([MS-NLMP] 3.3.2). */
function responseKey(who: NtlmUser): Buffer {
  const passwordHash = Buffer.from(md4.arrayBuffer(Buffer.from(who.password, 'utf16le')));
  return hmacMd5(passwordHash, Buffer.from(who.user.toUpperCase() + who.domain, 'utf16le'));
}

function hmacMd5(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}

/** One value of the target information, a list of id, length and value ([MS-NLMP] 2.2.2.1). */
function pairValue(info: Buffer, wanted: number): Buffer | null {
  let at = 0;
  while (at + 4 <= info.length) {
    const id = info.readUInt16LE(at);
    const length = info.readUInt16LE(at + 2);
    if (id === wanted) return info.subarray(at + 4, at + 4 + length);
    if (id === 0) return null;
    at += 4 + length;
  }
  return null;
}

/** Windows' time: 100 ns since 1601. */
function fileTime(now: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(now) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}
