import { expect, test } from 'vitest';
import { challengeMessage, messageKind, provesUser } from './ntlm.ts';

// The worked example of [MS-NLMP] 4.2.4: user "User", domain "Domain", password "Password", server challenge 0123456789abcdef.
const nonce = Buffer.from('0123456789abcdef', 'hex');
const known = { user: 'Domain\\User', password: 'Password' };
const blob =
  '01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000';
const proof = '68cd0ab851e51c96aabc927bebef6a1c';

function third(response: Buffer, domain = 'Domain', user = 'User'): Buffer {
  const fields = [Buffer.alloc(24), response, Buffer.from(domain, 'utf16le'), Buffer.from(user, 'utf16le')];
  const head = Buffer.alloc(64);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(3, 8);
  let offset = head.length;
  for (const [index, field] of fields.entries()) {
    head.writeUInt16LE(field.length, 12 + 8 * index);
    head.writeUInt32LE(offset, 16 + 8 * index);
    offset += field.length;
  }
  return Buffer.concat([head, ...fields]);
}
const right = Buffer.from(proof + blob, 'hex');

test('the specification’s example proves its user, and nobody else', () => {
  expect(provesUser(third(right), nonce, known)).toBe(true);
  expect(provesUser(third(right), nonce, { ...known, password: 'password' })).toBe(false);
  expect(provesUser(third(right), nonce, { ...known, user: 'Domain\\Other' })).toBe(false);
  expect(provesUser(third(right, 'Foreign'), nonce, known)).toBe(false);
  expect(provesUser(third(right), Buffer.alloc(8), known)).toBe(false);
});

test('NTLMv1, cut and senseless messages prove nothing', () => {
  expect(provesUser(third(Buffer.alloc(24, 1)), nonce, known)).toBe(false);
  expect(provesUser(third(Buffer.alloc(60)), nonce, { ...known, user: 'Domain\\Other' })).toBe(false);
  expect(provesUser(third(right).subarray(0, 100), nonce, known)).toBe(false);
  expect(provesUser(Buffer.from('hello'), nonce, known)).toBe(false);
  expect(messageKind(Buffer.from('hello'))).toBe(null);
});

test('the challenge names domain, machine and, if told, the time', () => {
  const message = challengeMessage('KANZLEI', 'SRV', nonce, 0);
  expect(messageKind(message)).toBe(2);
  expect(message.subarray(24, 32)).toEqual(nonce);
  const info = message.subarray(message.readUInt32LE(44));
  expect(info.length).toBe(message.readUInt16LE(40));
  expect(info.subarray(4, 18).toString('utf16le')).toBe('KANZLEI');
  expect(info.includes(Buffer.from('0700080000803ed5deb19d01', 'hex'))).toBe(true);
  expect(challengeMessage('KANZLEI', 'SRV', nonce, null).length).toBe(message.length - 12);
});
