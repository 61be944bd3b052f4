import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { listClients } from './accounting/clients.ts';
import { listAccountPostings } from './accounting/postings.ts';
import { echo, getCurrentUser, listDomains } from './diagnostics.ts';
import type { ListEnd } from './failure.ts';
import { createSession, type DatevSession } from './session.ts';
import type { WireCall } from './transport/transport.ts';

const year = { clientId: 'b2d5a0c1-0000-4000-8000-00000000000a', fiscalYearId: '20240101' };
const march = { from: '2024-03-01', to: '2024-03-31' };

/** A session whose server always answers this. */
function answering(status: number, body: unknown, headers: Record<string, string> = {}): DatevSession {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return createSession({ send: async () => ({ status, headers, body: Readable.from([Buffer.from(text)]) }) });
}

async function drained<T>(list: AsyncGenerator<T[], ListEnd, undefined>): Promise<{ elements: T[]; end: ListEnd }> {
  const elements: T[] = [];
  let next = await list.next();
  for (; !next.done; next = await list.next()) elements.push(...next.value);
  return { elements, end: next.value };
}

const postings = (session: DatevSession) => drained(listAccountPostings(session, year, march));

async function kind(status: number, body: unknown, headers?: Record<string, string>) {
  const { end } = await postings(answering(status, body, headers));
  return end.ok ? 'ok' : end.failure.kind;
}

const envelope = (error: string, description: string, severity?: string) => ({
  error,
  error_description: description,
  request_id: 'r-1',
  ...(severity === undefined ? {} : { additional_messages: [{ id: error, description, severity }] }),
});

test('each refusal has its kind', async () => {
  expect(await kind(401, '')).toBe('unauthorised');
  expect(await kind(403, '', { server: 'Microsoft-HTTPAPI/2.0' })).toBe('handshakeRefused');
  expect(await kind(403, envelope('DCO10400', 'Kein Bestandsrecht'))).toBe('dataRightMissing');
  expect(await kind(403, envelope('X', 'Für diese Funktion fehlt eine Lizenz.'))).toBe('licenceMissing');
  expect(await kind(404, envelope('X', 'The domain dms v1 is not loaded in any plug-in'))).toBe('domainMissing');
  expect(await kind(404, '')).toBe('notFound');
  expect(await kind(406, '')).toBe('notAcceptable');
  expect(await kind(400, envelope('DCO10007', 'fehlt'))).toBe('misuse');
  for (const status of [408, 429, 500, 502, 503]) expect(await kind(status, '')).toBe('unavailable');
  expect(await kind(302, '')).toBe('unexpected');
});

test('a success whose body is an error envelope is a failure, also inside of the list', async () => {
  expect(await kind(200, envelope('K0001928', 'Nicht freigeschaltet'))).toBe('licenceMissing');
  expect(await kind(200, envelope('DCO10400', 'Kein Recht'))).toBe('dataRightMissing');
  expect(await kind(200, [envelope('REW00544', 'Fehler', 'Error')])).toBe('unexpected');
  expect(await kind(200, [{ account_number: 1, date: '2024-03-01' }, envelope('REW00544', 'Fehler', 'Error')])).toBe(
    'unexpected',
  );
});

test('XML, a page, an object or a broken list is not taken for data', async () => {
  expect(await kind(200, '<ArrayOfClient xmlns="x"/>')).toBe('notAcceptable');
  expect(await kind(200, 'hello')).toBe('unexpected');
  expect(await kind(200, { value: [] })).toBe('unexpected');
  expect(await kind(200, '[{"account_number":1')).toBe('cut');
});

test('a failure carries DATEV’s code, words and request id', async () => {
  const { end } = await postings(answering(403, envelope('DCO10400', 'Kein Bestandsrecht')));
  expect(end).toEqual({
    ok: false,
    failure: {
      kind: 'dataRightMissing',
      status: 403,
      code: 'DCO10400',
      description: 'Kein Bestandsrecht',
      requestId: 'r-1',
    },
  });
});

test('REW11041 beside the clients is a message: the list is partial', async () => {
  const body = [
    { id: year.clientId, number: 10001, name: 'Muster GmbH' },
    envelope('REW11041', 'Datenpfade', 'Information'),
  ];
  const { elements, end } = await drained(listClients(answering(200, body)));
  expect(elements).toEqual([{ id: year.clientId, number: '10001', name: 'Muster GmbH' }]);
  expect(end).toEqual({
    ok: true,
    elements: 1,
    unreadable: 0,
    messages: [{ id: 'REW11041', description: 'Datenpfade' }],
  });
});

test('elements without account or date are counted, the others read leniently', async () => {
  const { elements, end } = await postings(
    answering(200, [
      { id: '509_1', account_number: '44000000', date: '2024-03-05T00:00:00.000+01:00', amount_debit: 119.99 },
      { id: '509_2', date: '2024-03-05T00:00:00.000+01:00' },
      'strange',
    ]),
  );
  expect(end).toEqual({ ok: true, elements: 3, unreadable: 2, messages: [] });
  expect(elements).toMatchObject([
    { accountNumber: 44_000_000, date: '2024-03-05', amountDebit: 11_999, amountCredit: 0 },
  ]);
});

test('no content is an empty list', async () => {
  expect(await postings(answering(204, ''))).toMatchObject({ elements: [], end: { ok: true, elements: 0 } });
});

test('who stops listening frees the connection and the place in the gate', async () => {
  let open = 0;
  async function* endless() {
    open++;
    try {
      yield Buffer.from('[');
      for (;;) yield Buffer.from('{"account_number":1,"date":"2024-03-01"},'.repeat(4000));
    } finally {
      open--;
    }
  }
  const session = createSession({ send: async () => ({ status: 200, headers: {}, body: endless() }) });
  for (let i = 0; i < 5; i++) {
    for await (const batch of listAccountPostings(session, year, march)) {
      expect(batch.length).toBeGreaterThan(100);
      break;
    }
  }
  expect(open).toBe(0);
});

test('at most two calls at once, and each is told before it is made', async () => {
  let inside = 0;
  let most = 0;
  const told: string[] = [];
  const session = createSession({
    onCall: (operation) => void told.push(operation),
    send: async ({ path }: WireCall) => {
      most = Math.max(most, ++inside);
      for (let i = 0; i < 10; i++) await Promise.resolve();
      inside--;
      return { status: 200, headers: {}, body: Readable.from([Buffer.from(path.endsWith('me') ? '{}' : '"x"')]) };
    },
  });
  await Promise.all([echo(session), getCurrentUser(session), echo(session), echo(session), getCurrentUser(session)]);
  expect(most).toBe(2);
  expect(told).toEqual(['echo', 'currentUser', 'echo', 'echo', 'currentUser']);
});

test('both forms of the list of domains', async () => {
  const expected = { ok: true, value: [{ name: 'accounting', version: 'v1' }] };
  expect(await listDomains(answering(200, [{ Key: 'accounting', Value: 'v1' }]))).toEqual(expected);
  expect(await listDomains(answering(200, { domains: [{ name: 'accounting', version: 'v1' }] }))).toEqual(expected);
});
