import { createHash, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { addMandant, pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import { type SignedIn, startTestServer, type TestServer } from './testServer.ts';

let db: TestDatabase;
let server: TestServer;
beforeAll(async () => {
  db = await createTestDatabase();
  server = await startTestServer(db, { seed: 1, datasets: [] });
});
afterAll(async () => {
  await server.stop();
  await db.close();
});

type Sent = {
  headers: Record<string, string>;
  bytes: Buffer /** Ends the connection after so many bytes. */;
  until?: number;
};
type Answer = { status: number; body: { code?: string; voucher?: { id: string; size: number } } };

/** One upload over a socket, headers and framing as given. Null when the connection ended without an answer. */
function upload(person: SignedIn, mandantId: string, sent: Sent): Promise<Answer | null> {
  const url = `${server.url}/api/v1/mandanten/${mandantId}/vouchers?name=Rechnung.pdf&uploadId=${randomUUID()}`;
  return new Promise((resolve) => {
    const headers = { cookie: person.cookie, 'x-csrf-token': person.csrf, ...sent.headers };
    const call = request(url, { method: 'POST', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) }));
    });
    call.on('error', () => resolve(null));
    if (sent.until === undefined) call.end(sent.bytes);
    else call.write(sent.bytes.subarray(0, sent.until), () => call.destroy());
  });
}

async function handler() {
  const { mandantId, ctx } = await addMandant(db, server.services);
  const { userId: id, name, email } = ctx.caller;
  return { mandantId, person: await server.signIn({ id, name, email }) };
}

describe('the body of an upload', () => {
  it('is taken whatever type it is called, announced or not, short or long', async () => {
    const { mandantId, person } = await handler();
    for (const padding of [0, 200_000, 300_000]) {
      for (const type of ['application/octet-stream', 'application/json', 'text/plain', 'application/pdf']) {
        for (const announced of [true, false]) {
          const bytes = pdfOf(`${type} ${padding} ${announced}`, { padding });
          const length = announced ? { 'content-length': String(bytes.length) } : { 'transfer-encoding': 'chunked' };
          const answer = await upload(person, mandantId, { headers: { 'content-type': type, ...length }, bytes });
          expect(answer).toMatchObject({ status: 201, body: { voucher: { size: bytes.length } } });
          const sha256 = createHash('sha256').update(bytes).digest('hex');
          expect(await server.services.blobs.stat(mandantId, sha256)).toEqual({ size: bytes.length });
        }
      }
    }
  });

  it('is refused when it is empty, and keeps nothing when it breaks off', async () => {
    const { mandantId, person } = await handler();
    for (const length of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      const headers = { 'content-type': 'application/pdf', ...length } as Record<string, string>;
      const answer = await upload(person, mandantId, { headers, bytes: Buffer.alloc(0) });
      expect(answer).toMatchObject({ status: 400, body: { code: 'file_empty' } });
    }
    for (const padding of [100_000, 300_000]) {
      const bytes = pdfOf('abgebrochen', { padding });
      const headers = { 'content-type': 'application/pdf', 'content-length': String(bytes.length) };
      expect(await upload(person, mandantId, { headers, bytes, until: bytes.length - 10 })).toBeNull();
    }
    const whole = pdfOf('danach');
    const headers = { 'content-type': 'application/pdf', 'content-length': String(whole.length) };
    expect(await upload(person, mandantId, { headers, bytes: whole })).toMatchObject({ status: 201 });
    expect(await db.sql('select id from vouchers where mandant_id = $1', [mandantId])).toHaveLength(1);
  });
});
