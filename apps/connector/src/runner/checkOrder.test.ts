import { signingPurposes } from '@bruecke/contract';
import { connectorOrderKinds } from '@bruecke/model';
import { rawPublicKey, signFor, signingKeyFromSeed } from '@bruecke/proof';
import { expect, test } from 'vitest';
import { checkOrder, type OrderTrust } from './checkOrder.ts';

const key = signingKeyFromSeed(Buffer.alloc(32, 7));
const connectorId = '11111111-1111-4111-8111-111111111111';
const guid = 'b2d5a0c1-0000-4000-8000-00000000000a';
const year = { clientGuid: guid, fiscalYearId: '20240101' };

const trust: OrderTrust = {
  instanceKey: rawPublicKey(key.public),
  connectorId,
  now: new Date('2026-03-02T08:00:00Z'),
  seen: () => false,
  released: new Set([guid]),
};

const content = (order: unknown, changed: object = {}) => ({
  id: '22222222-2222-4222-8222-222222222222',
  attempt: 1,
  issuedAt: '2026-03-02T07:59:00.000Z',
  expiresAt: '2026-03-02T08:59:00.000Z',
  connectorId,
  order,
  ...changed,
});
const signed = (order: unknown, changed: object = {}, by = key, purpose: string = signingPurposes.order) => {
  const whole = content(order, changed);
  return { ...whole, signature: signFor(purpose, whole, by) };
};
const verdict = (value: unknown, changed: Partial<OrderTrust> = {}) => {
  const checked = checkOrder(value, { ...trust, ...changed });
  return checked.ok ? 'ok' : checked.refusal;
};

test('each kind of order that the program knows is taken', () => {
  const more: Record<string, object> = {
    probe: { clientGuid: null },
    listClients: {},
    listYears: { clientGuid: guid },
    checkYear: year,
    readPostings: { ...year, from: '2024-03-01', to: '2024-03-31', expectedRows: 10 },
    readRecords: { ...year, sequenceIds: ['a'] },
    readOpenItems: year,
    readPartners: { ...year, since: null },
    readTermsOfPayment: year,
  };
  for (const kind of connectorOrderKinds)
    expect([kind, verdict(signed({ kind, ...more[kind] }))]).toEqual([kind, 'ok']);
});

test('a call outside the compiled-in list, and a known one in a wrong shape', () => {
  expect(verdict(signed({ kind: 'deleteEverything' }))).toBe('callNotAllowed');
  expect(verdict(signed({ kind: 'readPostings', ...year, path: '/iam/v1/Users' }))).toBe('callNotAllowed');
  expect(verdict(signed({ kind: 'checkYear', clientGuid: '../../x', fiscalYearId: '20240101' }))).toBe(
    'callNotAllowed',
  );
  expect(verdict(signed(null))).toBe('callNotAllowed');
  expect(verdict(signed({ kind: 'toString' }))).toBe('callNotAllowed');
});

test('a client outside the machine’s own list, in whatever case it is written', () => {
  const other = { kind: 'checkYear', clientGuid: guid.replace('a', 'b'), fiscalYearId: '20240101' };
  expect(verdict(signed(other))).toBe('clientNotReleased');
  expect(verdict(signed({ kind: 'checkYear', ...year, clientGuid: guid.toUpperCase() }))).toBe('ok');
  expect(verdict(signed({ kind: 'checkYear', ...year }), { released: new Set() })).toBe('clientNotReleased');
  expect(verdict(signed({ kind: 'probe', clientGuid: other.clientGuid }))).toBe('ok');
});

test('a foreign key, another purpose, anything changed, or no signature at all', () => {
  const order = { kind: 'listClients' };
  expect(verdict(signed(order, {}, signingKeyFromSeed(Buffer.alloc(32, 8))))).toBe('orderForeignKey');
  expect(verdict(signed(order, {}, key, signingPurposes.connectionFile))).toBe('orderForeignKey');
  expect(verdict({ ...signed(order), attempt: 2 })).toBe('orderForeignKey');
  expect(verdict({ ...signed(order), order: { kind: 'probe', clientGuid: null } })).toBe('orderForeignKey');
  expect(verdict(content(order))).toBe('orderForeignKey');
  for (const value of [null, 'x', 1, [], {}]) expect(verdict(value)).toBe('orderForeignKey');
});

test('for somebody else, too late, or for the second time', () => {
  const order = { kind: 'listClients' };
  expect(verdict(signed(order, { connectorId: '33333333-3333-4333-8333-333333333333' }))).toBe('orderForOther');
  expect(verdict(signed(order, { expiresAt: '2026-03-02T08:00:00.000Z' }))).toBe('orderExpired');
  expect(verdict(signed(order, { expiresAt: 'never' }))).toBe('orderExpired');
  expect(verdict(signed(order), { seen: () => true })).toBe('orderReplayed');
});

test('what only a newer hub writes beside an order does not matter', () => {
  expect(verdict(signed({ kind: 'listClients' }, { colour: 'green' }))).toBe('ok');
});
