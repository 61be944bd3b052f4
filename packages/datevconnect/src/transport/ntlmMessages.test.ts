import { expect, test } from 'vitest';
import { authenticateMessage, NtlmError, negotiateMessage, readChallenge, splitUser } from './ntlmMessages.ts';

// The worked example of [MS-NLMP] 4.2: user "User", domain "Domain", password "Password", time 0.
const challengeOfExample = Buffer.from(
  '4e544c4d53535000020000000c000c003800000033828ae20123456789abcdef000000000000000024002400440000000600' +
    '70170000000f53006500720076006500720002000c0044006f006d00610069006e0001000c0053006500720076006500720000000000',
  'hex',
);
const timeZero = -11_644_473_600_000;
const who = { user: 'User', domain: 'Domain', password: 'Password' };

test('the proof of the specification’s example comes out', () => {
  const message = authenticateMessage(readChallenge(challengeOfExample), who, timeZero, Buffer.alloc(8, 0xaa));
  const field = (at: number) => message.subarray(message.readUInt32LE(at + 4)).subarray(0, message.readUInt16LE(at));
  expect(field(12).toString('hex')).toBe('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa');
  expect(field(20).subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
  expect(field(28).toString('utf16le')).toBe('Domain');
  expect(field(36).toString('utf16le')).toBe('User');
});

test('the first message names neither user nor machine', () => {
  const message = negotiateMessage();
  expect(message.subarray(0, 8).toString('latin1')).toBe('NTLMSSP\0');
  expect(message.readUInt32LE(8)).toBe(1);
  expect(message.subarray(16).every((byte) => byte === 0)).toBe(true);
});

test('anything but a challenge with target information is refused', () => {
  expect(() => readChallenge(Buffer.from('hello'))).toThrow(NtlmError);
  expect(() => readChallenge(negotiateMessage())).toThrow(NtlmError);
  const without = Buffer.from(challengeOfExample);
  without.writeUInt16LE(0, 40);
  expect(() => readChallenge(without)).toThrow(NtlmError);
});

test('a user with and without a domain', () => {
  expect(splitUser('KANZLEI\\bruecke')).toEqual({ domain: 'KANZLEI', user: 'bruecke' });
  expect(splitUser('bruecke@kanzlei.local')).toEqual({ domain: '', user: 'bruecke@kanzlei.local' });
});
