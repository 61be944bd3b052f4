import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type TestS3 = {
  readonly endpoint: string;
  readonly objects: Map<string, Buffer>;
  /** Status that the next requests of this method get instead of an answer, one each. */
  failNext(method: string, status: number): void;
  /** Every PUT that was taken, by key, in their order: with versioning each of them is kept. */
  readonly written: string[];
  close(): Promise<void>;
};

/** An S3 service in memory that checks what matters to us: signature (version 4), content hash, condition, ranges. */
export async function startTestS3(keys: { accessKeyId: string; secretAccessKey: string }): Promise<TestS3> {
  const objects = new Map<string, Buffer>();
  const written: string[] = [];
  const failures: { method: string; status: number }[] = [];
  const server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const end = (status: number, content: Buffer | string = '', headers: Record<string, string> = {}) =>
      response.writeHead(status, headers).end(content);
    const refuse = (status: number, code: string) =>
      end(status, request.method === 'HEAD' ? '' : `<Error><Code>${code}</Code></Error>`, {
        'content-type': 'application/xml',
      });
    const planned = failures.findIndex(({ method }) => method === request.method);
    if (planned >= 0) return void refuse(failures.splice(planned, 1)[0]?.status ?? 500, 'Planned');
    if (!isSigned(request, keys)) return void refuse(403, 'SignatureDoesNotMatch');
    const { pathname: key } = new URL(request.url ?? '', 'http://s3');
    const there = objects.get(key);
    if (request.method === 'PUT') {
      if (request.headers['if-none-match'] === '*' && there) return void refuse(412, 'PreconditionFailed');
      const expected = request.headers['x-amz-checksum-sha256'];
      if (expected !== undefined && createHash('sha256').update(body).digest('base64') !== expected)
        return void refuse(400, 'BadDigest');
      objects.set(key, body);
      written.push(key);
      return void end(200);
    }
    if (!there) return void refuse(404, 'NoSuchKey');
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined)
      return void end(200, request.method === 'HEAD' ? '' : there, { 'content-length': String(there.length) });
    if (Number(from) >= there.length) return void refuse(416, 'InvalidRange');
    const last = to ? Math.min(Number(to), there.length - 1) : there.length - 1;
    const part = there.subarray(Number(from), last + 1);
    end(206, part, { 'content-range': `bytes ${from}-${last}/${there.length}`, 'content-length': String(part.length) });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    written,
    failNext: (method, status) => void failures.push({ method, status }),
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

/** AWS Signature Version 4 as Amazon describes it, from what came over the wire. */
function isSigned(request: IncomingMessage, keys: { accessKeyId: string; secretAccessKey: string }): boolean {
  const found = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)$/.exec(
    request.headers.authorization ?? '',
  );
  if (!found) return false;
  const [, credential = '', signedHeaders = '', signature] = found;
  const [accessKeyId, ...scope] = credential.split('/');
  const url = new URL(request.url ?? '', 'http://s3');
  url.searchParams.sort();
  const canonical = [
    request.method,
    url.pathname,
    url.searchParams.toString(),
    ...signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    signedHeaders,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope.join('/'),
    createHash('sha256').update(canonical).digest('hex'),
  ].join('\n');
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`);
  return accessKeyId === keys.accessKeyId && hmac(key, text).toString('hex') === signature;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
