import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { call, interpretFailure, interpretJson, interpretThrown } from './answers.ts';
import { interpretUpload } from './documents/uploads.ts';
import { type Answer, EXCERPT_LIMIT } from './failure.ts';

const read = (status: number, body: string, purpose: 'read' | 'upload' = 'upload', headers: HeadersInit = {}) =>
  interpretFailure(new Response(null, { status, headers }), body, purpose);

describe('error bodies', () => {
  it('reads the problem details of accounting:clients, whose status may be a string', () => {
    const body = JSON.stringify({
      type: 'http://www.datev.de/hilfe/1008829',
      title: 'Missing required scope',
      detail: 'Missing scope(s)',
      status: '403',
      request_id: 'r-1',
    });
    expect(read(403, body, 'read')).toMatchObject({
      kind: 'scopeMissing',
      code: '1008829',
      helpUrl: 'http://www.datev.de/hilfe/1008829',
      description: 'Missing scope(s)',
      requestId: 'r-1',
    });
  });

  it('reads the error message of accounting:documents, also wrapped in a list and in camel case', () => {
    const body = { error: '#DCO01010', error_description: 'restapi.X', error_uri: 'https://h.test/?q=DCO01010' };
    expect(read(400, JSON.stringify({ ...body, request_id: 'r-2' }))).toMatchObject({
      kind: 'documentTypeUnknown',
      description: 'restapi.X',
      requestId: 'r-2',
    });
    expect(read(400, JSON.stringify([{ ...body, requestId: 'r-3' }]))).toMatchObject({
      code: 'DCO01010',
      requestId: 'r-3',
    });
    expect(read(400, JSON.stringify({ error_uri: body.error_uri }))).toMatchObject({ code: 'DCO01010' });
    expect(read(400, JSON.stringify({ error: '#DCO01010 restapi.InvalidDocumentTypeFault' }))).toMatchObject({
      code: 'DCO01010',
    });
  });

  it('reads the problem of the third kind, with requestId', () => {
    expect(read(429, JSON.stringify({ title: 'slow down', requestId: 'r-4' }))).toMatchObject({
      kind: 'rateLimited',
      requestId: 'r-4',
    });
  });

  it('takes no address but a web address for help', () => {
    expect(read(400, JSON.stringify({ error: '#DCO01243', error_uri: 'javascript:alert(1)' })).helpUrl).toBeNull();
  });

  it.each([
    [401, '', 'accessRefused'],
    [401, '{"error":"invalid_token"}', 'accessRefused'],
    [401, '{"httpMessage":"Invalid client id or secret."}', 'appNotAllowed'],
    [403, '{"request_id":"r"}', 'rightMissing'],
    [403, '', 'rightMissing'],
    [403, '<html>proxy says no</html>', 'unknownRefusal'],
    [404, '{"request_id":"r"}', 'datasetMissing'],
    [404, '', 'datasetMissing'],
    [409, '', 'arrivedBefore'],
    [409, '{"error":"#DCO09999"}', 'unknownRefusal'],
    [400, '{"error":"#DCO09999"}', 'unknownRefusal'],
    [400, '', 'misuse'],
    [408, '', 'unclear'],
    [413, '', 'tooLarge'],
    [415, '', 'misuse'],
    [429, '', 'rateLimited'],
    [500, '', 'unclear'],
    [502, '<html>', 'unclear'],
    [500, '{"error":"#DCO01243"}', 'unclear'],
    [503, '', 'unavailable'],
    [503, '{"error":"#DCO01020"}', 'unavailable'],
    [504, '', 'unclear'],
    [200, '{}', 'unclear'],
    [302, '', 'unclear'],
  ])('reads %i %s on an upload as %s', (status, body, kind) => {
    expect(read(status, body)).toMatchObject({ kind, status });
  });

  it.each([[500], [502], [504], [302]])('knows that a read with %i left nothing behind', (status) => {
    expect(read(status, '', 'read').kind).toBe('unavailable');
  });

  it('keeps both ids, Retry-After in seconds, and a bounded excerpt without tokens', () => {
    const failure = read(429, `{"access_token":"geheim-geheim"}${'x'.repeat(9000)}`, 'upload', {
      'x-global-transaction-id': 'g-1',
      'v-cap-request-id': 'v-1',
      'retry-after': '120',
    });
    expect(failure).toMatchObject({ globalTransactionId: 'g-1', capRequestId: 'v-1', retryAfterSeconds: 120 });
    expect(failure.excerpt.length).toBeLessThanOrEqual(EXCERPT_LIMIT);
    expect(failure.excerpt).not.toContain('geheim');
    expect(read(429, '', 'upload', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }).retryAfterSeconds).toBeNull();
  });

  it('keeps nothing that a database does not take: NUL, and half a character', () => {
    const body = '{"error":"#DCO01245","error_description":"a\\u0000b","request_id":"\\ud800"}';
    expect(read(400, body, 'upload')).toMatchObject({ description: 'a\uFFFDb', requestId: '\uFFFD' });
    expect(read(500, 'a\0b', 'upload').excerpt).toBe('a\uFFFDb');
    expect(read(500, `${'x'.repeat(EXCERPT_LIMIT - 1)}😀`, 'upload').excerpt).toMatch(/x\uFFFD$/);
  });

  it('does not take an unreadable 200 for an answer', async () => {
    const answer = await interpretJson(new Response('<html>'), 200, 'read', () => null);
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'unclear', broken: 'unreadableAnswer' } });
  });
});

describe('broken calls', () => {
  it('tells a time-out and a cut, where something may have arrived, from a line never opened', async () => {
    expect(interpretThrown(new DOMException('late', 'TimeoutError'))).toMatchObject({
      kind: 'unclear',
      broken: 'timeout',
    });
    expect(interpretThrown(new TypeError('fetch failed'))).toMatchObject({ kind: 'unclear', broken: 'cut' });
    expect(interpretThrown('odd')).toMatchObject({ kind: 'unclear', broken: 'cut' });
    const aggregate = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]);
    expect(interpretThrown(new TypeError('fetch failed', { cause: aggregate }))).toMatchObject({ kind: 'unreachable' });
  });

  it('ends an answer without an end, and says of an upload what its status has said', async () => {
    let given = 0;
    const endless = (status: number) =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            given += 1;
            controller.enqueue(new Uint8Array(1024 * 1024));
            if (given > 100) controller.error(new Error('nobody stopped'));
          },
        }),
        { status },
      );
    const ask = (status: number, interpret: (response: Response) => Promise<Answer<unknown>>) => {
      given = 0;
      return call({ fetch: async () => endless(status) }, new Request('https://datev.test/'), interpret);
    };
    expect(await ask(200, (response) => interpretJson(response, 200, 'read', String))).toMatchObject({
      failure: { kind: 'unclear' },
    });
    expect(given).toBeLessThan(50);
    expect(await ask(201, interpretUpload)).toMatchObject({ ok: true });
    expect(given).toBeLessThan(50);
    expect(await ask(409, interpretUpload)).toMatchObject({ failure: { kind: 'unclear' } });
    expect(given).toBeLessThan(50);
  });

  it('does so with Node’s real fetch', async () => {
    const server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    // An http server that listens on a port has an AddressInfo.
    const { port } = server.address() as AddressInfo;
    const ask = () =>
      call({ fetch }, new Request(`http://127.0.0.1:${port}/`), (response) =>
        interpretJson(response, 200, 'read', String),
      );
    expect(await ask()).toMatchObject({ failure: { kind: 'unclear', broken: 'cut' } });
    await new Promise((resolve) => server.close(resolve));
    expect(await ask()).toMatchObject({ failure: { kind: 'unreachable', broken: 'notOpened', code: 'ECONNREFUSED' } });
  });
});
