import { expect, test } from 'vitest';
import type { Fault } from './fault.ts';
import type { Sandbox } from './sandbox.ts';
import { api, GUID, loginPost, putUrl, signedIn, testSandbox, uploadForm } from './test-kit.ts';

const OTHER = 'AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE';

async function ready(): Promise<{ sandbox: Sandbox; put: (guid?: string, clientId?: string) => Promise<Response> }> {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  let number = 0;
  return {
    sandbox,
    put(guid = GUID, clientId = '29098-101') {
      number += 1;
      const body = uploadForm({ name: `${guid}-${number}.pdf` });
      return api(sandbox, access_token, putUrl(guid, clientId), { method: 'PUT', body });
    },
  };
}

test('the lost answer: the document is there, the caller knows nothing, the repetition meets 409', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({ operation: 'documents.put', effect: { kind: 'cut', when: 'after' }, times: 1 });
  await expect(put()).rejects.toThrow(TypeError);
  expect(sandbox.control.arrivedCount()).toBe(1);
  expect((await put()).status).toBe(409);
  expect(sandbox.control.faultCounts()).toEqual({ 'cut-after': 1 });
});

test('cut before processing: nothing arrived, the repetition is the first', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({ operation: 'documents', effect: { kind: 'cut', when: 'before' }, times: 2 });
  await expect(put()).rejects.toThrow('fetch failed');
  await expect(put()).rejects.toThrow('fetch failed');
  expect(sandbox.control.arrivedCount()).toBe(0);
  expect((await put()).status).toBe(201);
});

test('cut during: the status arrives, the body does not, the document is there', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({ operation: 'documents.put', effect: { kind: 'cut', when: 'during' }, times: 1 });
  const response = await put();
  expect(response.status).toBe(201);
  await expect(response.text()).rejects.toThrow('terminated');
  expect(sandbox.control.arrivedCount()).toBe(1);
});

test('a refresh whose answer is lost has spent its token', async () => {
  const sandbox = testSandbox();
  const { refresh_token } = await signedIn(sandbox);
  sandbox.control.addFault({ operation: 'login.token.refresh', effect: { kind: 'cut', when: 'after' }, times: 1 });
  const refresh = (): Promise<Response> => loginPost(sandbox, '/token', { grant_type: 'refresh_token', refresh_token });
  await expect(refresh()).rejects.toThrow('fetch failed');
  const again = await refresh();
  expect(again.status).toBe(400);
  expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
});

test('maintenance lasts as long as said, by the sandbox clock', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({
    operation: 'documents',
    effect: { kind: 'status', status: 503 },
    forMilliseconds: 60_000,
  });
  expect((await put()).status).toBe(503);
  sandbox.control.advanceClock(59_999);
  expect((await put()).status).toBe(503);
  sandbox.control.advanceClock(1);
  expect((await put()).status).toBe(201);
  expect(sandbox.control.faults()).toEqual([]);
});

test('429 carries Retry-After and the gateway body', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({ effect: { kind: 'status', status: 429, retryAfterSeconds: 30 }, times: 1 });
  const response = await put();
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe('30');
  expect(await response.json()).toMatchObject({ httpCode: '429' });
});

test('processed: the document arrives although the answer says 500', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({
    operation: 'documents.put',
    effect: { kind: 'status', status: 500, processed: true },
    times: 1,
  });
  expect((await put()).status).toBe(500);
  expect(sandbox.control.arrivedCount()).toBe(1);
});

test('a fault for one client leaves the others alone', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.addFault({ clientId: '29098-102', effect: { kind: 'error', code: 'DCO01231' } });
  expect((await put()).status).toBe(201);
  const refused = await put(OTHER, '29098-102');
  expect(await refused.json()).toMatchObject({ error: '#DCO01231' });
});

test('a share hits about so many calls, and the same ones for the same seed', async () => {
  const hits = async (): Promise<number[]> => {
    const { sandbox } = await ready();
    sandbox.control.addFault({ operation: 'login.certs', effect: { kind: 'status', status: 503 }, share: 0.3 });
    const found: number[] = [];
    for (let i = 0; i < 400; i++) {
      if ((await sandbox.fetch(new Request('https://datev.sandbox/certs'))).status === 503) found.push(i);
    }
    return found;
  };
  const first = await hits();
  expect(first.length).toBeGreaterThan(90);
  expect(first.length).toBeLessThan(150);
  expect(await hits()).toEqual(first);
});

test('delays add up through the given wait, and then the call goes on', async () => {
  const waited: number[] = [];
  const sandbox = testSandbox({
    wait: async (milliseconds) => {
      waited.push(milliseconds);
    },
  });
  sandbox.control.addFault({ effect: { kind: 'delay', milliseconds: 700 }, times: 1 });
  sandbox.control.addFault({ effect: { kind: 'delay', milliseconds: 300 }, times: 1 });
  expect((await sandbox.fetch(new Request('https://datev.sandbox/certs'))).status).toBe(200);
  expect(waited).toEqual([1000]);
});

test.each<[Fault['effect'], string]>([
  [{ kind: 'status', status: 503, shape: 'html' }, '<html>'],
  [{ kind: 'status', status: 503, shape: 'problem' }, '"title":"Service Unavailable"'],
  [{ kind: 'status', status: 503, shape: 'problem-ade' }, '"requestId"'],
  [{ kind: 'status', status: 503, shape: 'error-message' }, '"request_id"'],
  [{ kind: 'status', status: 503, shape: 'gateway' }, '"httpMessage"'],
])('%o has its shape', async (effect, part) => {
  const sandbox = testSandbox();
  sandbox.control.addFault({ effect });
  const response = await sandbox.fetch(new Request('https://datev.sandbox/certs'));
  expect(await response.text()).toContain(part);
});

test('switches: the reading of "the same file" and the order of the two checks', async () => {
  const sandbox = testSandbox();
  const { access_token } = await signedIn(sandbox);
  const put = async (guid: string, bytes: string): Promise<string> => {
    const body = uploadForm({ name: 'Gleich.pdf', bytes: Buffer.from(`%PDF-1.7 ${bytes} %%EOF`) });
    const text = await (await api(sandbox, access_token, putUrl(guid), { method: 'PUT', body })).text();
    return /DCO\d+/.exec(text)?.[0] ?? 'arrived';
  };
  expect(await put(GUID, 'a')).toBe('arrived');
  expect(await put(OTHER, 'b')).toBe('DCO01253');
  sandbox.control.setSwitches({ duplicateRule: 'name+type+bytes' });
  expect(await put(OTHER, 'a')).toBe('DCO01253');
  expect(await put(OTHER, 'b')).toBe('arrived');
  expect(await put(GUID, 'a')).toBe('DCO01012');
  sandbox.control.setSwitches({ checkOrder: 'duplicate-first' });
  expect(await put(GUID, 'a')).toBe('DCO01253');
  expect(await put(GUID, 'c')).toBe('DCO01012');
});

test('a right that is taken away, a stock that is removed and a token that expires count at the next call', async () => {
  const { sandbox, put } = await ready();
  sandbox.control.setRights('anja', '29098-101', ['postings']);
  expect((await put()).status).toBe(403);
  sandbox.control.setRights('anja', '29098-101', ['documents']);
  sandbox.control.setClient('29098-101', { stock: false });
  expect(await (await put()).json()).toMatchObject({ error: '#DCO01019' });
  sandbox.control.setClient('29098-101', { stock: true });
  expect((await put()).status).toBe(201);
  expect(sandbox.control.expireTokens('access', { person: 'bernd' })).toBe(0);
  expect(sandbox.control.expireTokens('access', { person: 'anja' })).toBe(1);
  expect((await put(OTHER)).status).toBe(401);
});

test('what was called and answered is counted, and a reset forgets it all', async () => {
  const { sandbox, put } = await ready();
  await put();
  await put();
  expect(sandbox.control.callCounts()).toMatchObject({ 'documents.put 201': 1, 'documents.put 409 DCO01012': 1 });
  expect(sandbox.control.calls(1)).toMatchObject([{ operation: 'documents.put', clientId: '29098-101', status: 409 }]);
  sandbox.control.reset();
  expect(sandbox.control.arrived()).toEqual([]);
  expect(sandbox.control.callCounts()).toEqual({});
  expect((await put()).status).toBe(401);
});
